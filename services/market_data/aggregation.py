"""Aggregation: a window is computed from all of its trades, whenever it was touched, and its aggregate overwritten.

Who computes reads the mark first, then the trades. A trade is written before its window is touched; so a computation
for the newest mark has seen every trade, and one for an older mark never replaces it. However many race, and in
whatever order they end, the last word is the newest mark's.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby
from random import Random
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from services.common.amount import plain
from services.common.telemetry import logger
from services.common.timestamp import Clock, utc_text
from services.market_data.aggregate_table import AggregateTable
from services.market_data.domain.aggregate import Aggregate, joined, summarise
from services.market_data.domain.aggregates_request import AggregatesRequest
from services.market_data.domain.instant import from_seconds
from services.market_data.domain.tick import Tick
from services.market_data.domain.window import start_of
from services.market_data.time_left import TimeLeft

# Younger marks are being worked on: their events are under way.
SWEEP_AFTER = timedelta(minutes=1)
# Each event about a window has all of its trades read again: so many a second, in the mean, and no more.
TICKS_A_SECOND = 1_000
# How many trades are read between two looks at the time.
TICKS_A_LOOK = 1_000


class OutOfTimeError(Exception):
    """The time ended amid the reading of a window, after so many of its trades."""

    def __init__(self, ticks: int) -> None:
        super().__init__(f"there was time to read {ticks} of its trades")
        self.ticks = ticks


@dataclass(frozen=True, slots=True)
class Computed:
    """How many windows were computed, which ones could not be, and whether the time sufficed."""

    windows: int
    failed: tuple[tuple[str, int], ...]
    complete: bool


@dataclass(frozen=True)
class Aggregation:
    """Computes and serves aggregates."""

    table: AggregateTable
    clock: Clock

    def compute(
        self,
        windows: Iterable[tuple[str, int]],
        time_left: TimeLeft,
        time_to_read: TimeLeft,
        *,
        at_once: bool = False,
    ) -> Computed:
        """Computes those of the windows that are dirty, as far as the time goes.

        While time is left windows are begun, and while there is time to read, which is longer, read on. A large window
        that was computed lately is left dirty unless it is to be computed at once.
        """
        computed = 0
        failed: list[tuple[str, int]] = []
        for symbol, window in windows:
            if not time_left():
                return Computed(computed, tuple(failed), complete=False)
            try:
                computed += self._compute(symbol, window, time_to_read, at_once=at_once)
            except OutOfTimeError as ended:
                log = {"symbol": symbol, "window": window, "ticks": ended.ticks, "reason": str(ended)}
                logger.error("window not computed", extra=log)
                return Computed(computed, tuple(failed), complete=False)
            except (ClientError, BotoCoreError) as error:
                logger.error("window not computed", extra={"symbol": symbol, "window": window, "reason": str(error)})
                failed.append((symbol, window))
        return Computed(computed, tuple(failed), complete=True)

    def overdue(self) -> list[tuple[str, int]]:
        """The windows that have been dirty for a minute: events about them were lost, or computing them failed.

        In an order of each instant's own, lest one that takes all the time be always ahead of the same ones.
        """
        now = self.clock()
        # The index names a window no more once it is computed: it is read whole before.
        windows = list(self.table.dirty(now - SWEEP_AFTER))
        Random(now.timestamp()).shuffle(windows)  # noqa: S311
        return windows

    def active_symbols(self) -> Iterator[str]:
        """The symbols with trades in the last 24 hours."""
        return self.table.active_symbols(self.clock())

    def page(self, request: AggregatesRequest, time_left: TimeLeft) -> dict[str, Any]:
        """The windows that the request's limit and the time allow, one at least, and the next page's token if any."""
        stored = self.table.aggregates(request.symbol, request.start, _end(request) - 1)
        windows: list[dict[str, Any]] = []
        for start, group in groupby(stored, key=lambda entry: start_of(entry[0], request.length)):
            if windows and (len(windows) == request.limit or not time_left()):
                return _page(request, windows) | {"next_token": _text(start)}
            windows.append(_window(start, request.length, [aggregate for _, aggregate in group]))
        return _page(request, windows)

    def _compute(self, symbol: str, window: int, time_to_read: TimeLeft, *, at_once: bool) -> bool:
        mark, now = self.table.mark(symbol, window), self.clock()
        rests = now.timestamp() < mark.computed_at + mark.ticks / TICKS_A_SECOND
        if not mark.is_dirty or (rests and not at_once):
            return False
        aggregate = summarise(_as_long_as(time_to_read, self.table.ticks(symbol, window)))
        return self.table.store(symbol, window, aggregate, mark.touched, now)


def _as_long_as(time_to_read: TimeLeft, ticks: Iterable[Tick]) -> Iterator[Tick]:
    for number, tick in enumerate(ticks, 1):
        yield tick
        if not number % TICKS_A_LOOK and not time_to_read():
            raise OutOfTimeError(number)


def _end(request: AggregatesRequest) -> int:
    """Where the last window that begins before the request's end ends."""
    return start_of(request.end - 1, request.length) + request.length


def _page(request: AggregatesRequest, windows: list[dict[str, Any]]) -> dict[str, Any]:
    return {"symbol": request.symbol, "window": request.window, "aggregates": windows}


def _window(start: int, length: int, parts: list[Aggregate]) -> dict[str, Any]:
    whole = parts[0]
    for part in parts[1:]:
        whole = joined(whole, part)
    return {
        "start": _text(start),
        "end": _text(start + length),
        "open": plain(whole.open),
        "high": plain(whole.high),
        "low": plain(whole.low),
        "close": plain(whole.close),
        "volume": plain(whole.volume),
        "count": whole.count,
        "vwap": None if whole.vwap is None else plain(whole.vwap),
    }


def _text(second: int) -> str:
    return utc_text(from_seconds(second))
