"""The way of trades from messages to aggregates, on one clock, with everything of AWS in memory."""

import json
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from services.common.workers import Workers
from services.market_data.aggregate_table import AggregateTable
from services.market_data.aggregation import Aggregation, Computed
from services.market_data.domain.aggregates_request import parse_aggregates_request
from services.market_data.domain.tick import Tick, place_of
from services.market_data.domain.tick_batch import tick_batches
from services.market_data.domain.touched_windows import parse_touched_windows
from services.market_data.market_data_events import MarketDataEvents
from services.market_data.processing import Processed, Processing
from services.market_data.state_table import StateTable
from services.market_data.time_left import TimeLeft
from tests.unit.services.fakes import FakeClock
from tests.unit.services.market_data.fake_events import FakeEvents
from tests.unit.services.market_data.fake_state import FakeState

# 2026-11-21T00:00:00Z, the start of a window of every length.
MIDNIGHT = 1_795_219_200


def tick(second: float, price: object = 10, size: object = 1, symbol: str = "A", sequence: int = 0) -> Tick:
    """A trade so many seconds after midnight."""
    return Tick(
        symbol, place_of(MIDNIGHT * 10**6 + int(second * 10**6), sequence), Decimal(str(price)), Decimal(str(size))
    )


def records(*batches: Sequence[Tick]) -> list[dict[str, Any]]:
    """SQS records, one for each batch of ticks."""
    made = [message for batch in batches for message in tick_batches(batch)]
    return [
        {
            "messageId": f"receipt-{number}",
            "body": message.text,
            "messageAttributes": {"message_id": {"stringValue": message.message_id, "dataType": "String"}},
        }
        for number, message in enumerate(made)
    ]


class Market:
    """Processing and aggregation over one table."""

    def __init__(self) -> None:
        self.state, self.bus, self.clock = FakeState(), FakeEvents(), FakeClock()
        self.pauses: list[float] = []
        table = StateTable(self.state, "state", Workers(1), self.pauses.append, lambda: 0.5)
        self.processing = Processing(table, MarketDataEvents(self.bus, "bus"), self.clock)
        self.table = AggregateTable(self.state, "state")
        self.aggregation = Aggregation(self.table, self.clock)

    def process(self, *batches: Sequence[Tick], time_left: TimeLeft = lambda: True) -> Processed:
        return self.processing.process(records(*batches), time_left)

    def events(self) -> list[tuple[str, tuple[int, ...]]]:
        """The symbols and windows of the events on the bus."""
        parsed = (parse_touched_windows(json.loads(entry["Detail"])) for entry in self.bus.entries)
        return [(event.symbol, event.windows) for event in parsed]

    def compute(self, time_left: TimeLeft = lambda: True, time_to_read: TimeLeft = lambda: True) -> Computed:
        """Computes what all the events so far name."""
        windows = [(symbol, window) for symbol, of_event in self.events() for window in of_event]
        return self.aggregation.compute(windows, time_left, time_to_read, at_once=True)

    def take_events(self) -> Computed:
        """Computes what all the events so far name, as the bus has it done."""
        windows = [(symbol, window) for symbol, of_event in self.events() for window in of_event]
        return self.aggregation.compute(windows, lambda: True, lambda: True)

    def sweep(self, time_to_read: TimeLeft = lambda: True) -> Computed:
        return self.aggregation.compute(self.aggregation.overdue(), lambda: True, time_to_read, at_once=True)

    def page(self, time_left: TimeLeft = lambda: True, **asked: object) -> dict[str, Any]:
        body = {"symbol": "A", "from": "2026-11-21T00:00:00Z", "to": "2026-11-22T00:00:00Z"} | asked
        return self.aggregation.page(parse_aggregates_request(body), time_left)

    def aggregates(self, **asked: object) -> list[dict[str, Any]]:
        return self.page(**asked)["aggregates"]


def expected(ticks: Iterable[Tick]) -> dict[str, object]:
    """What plain arithmetic makes of a window's trades."""
    ordered = sorted(ticks, key=lambda one: one.place)
    prices = [one.price for one in ordered]
    return {
        "open": f"{prices[0]:f}",
        "high": f"{max(prices):f}",
        "low": f"{min(prices):f}",
        "close": f"{prices[-1]:f}",
        "volume": f"{sum(one.size for one in ordered):f}",
        "count": len(prices),
    }
