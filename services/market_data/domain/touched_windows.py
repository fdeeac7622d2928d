"""The events that say where trades came in, published as schemas/windows-touched.v1.schema.json."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

from services.common.invalid_input import InvalidInputError
from services.common.json_body import json_text
from services.common.timestamp import parse_timestamp, utc_text
from services.market_data.domain.instant import from_seconds
from services.market_data.domain.tick import parse_symbol
from services.market_data.domain.window import SECONDS

SCHEMA_VERSION = "1"
# Few enough that computing them fits an invocation, and an event its 256 KB.
MAX_WINDOWS = 100


@dataclass(frozen=True, slots=True)
class TouchedWindows:
    """Five-minute windows of a symbol to which trades were added; `message_id` is equal in every copy."""

    message_id: str
    symbol: str
    windows: tuple[int, ...]

    @property
    def detail(self) -> str:
        """The event's detail, as JSON text."""
        return json_text(
            {
                "schema_version": SCHEMA_VERSION,
                "message_id": self.message_id,
                "symbol": self.symbol,
                "windows": [utc_text(from_seconds(window)) for window in self.windows],
            }
        )


def touched_windows(cause: str, touched: Iterable[tuple[str, int]]) -> Iterator[TouchedWindows]:
    """Events for windows, by symbol, that the message with the id `cause` has touched; at most 100 windows each."""
    by_symbol: dict[str, set[int]] = {}
    for symbol, window in touched:
        by_symbol.setdefault(symbol, set()).add(window)
    for symbol, windows in sorted(by_symbol.items()):
        ordered = sorted(windows)
        for start in range(0, len(ordered), MAX_WINDOWS):
            yield TouchedWindows(f"{cause}:{symbol}:{start}", symbol, tuple(ordered[start : start + MAX_WINDOWS]))


def parse_touched_windows(detail: Mapping[str, Any]) -> TouchedWindows:
    """The event of a detail; InvalidInputError names the first member that is missing or wrong."""
    windows = detail.get("windows")
    if not isinstance(windows, list):
        raise InvalidInputError("windows", "windows must be a list")
    return TouchedWindows(
        str(detail.get("message_id")),
        parse_symbol(detail.get("symbol"), "symbol"),
        tuple(_window(window, f"windows[{n}]") for n, window in enumerate(cast("list[Any]", windows))),
    )


def _window(value: object, field: str) -> int:
    second = int(parse_timestamp(value, field).timestamp())
    if second % SECONDS:
        raise InvalidInputError(field, f"{field} is no window's start")
    return second
