"""Writers of alerts, an exchange, both functions and the stream between them, on one clock."""

import json
from collections.abc import Callable
from itertools import count
from typing import Any

from services.coin_alerts import alert_processor, price_checker
from services.coin_alerts.alert_book import AlertBook
from services.coin_alerts.armed_alerts import ArmedAlerts
from services.coin_alerts.checker import PriceChecker
from services.coin_alerts.endpoint import Answer
from services.coin_alerts.exchange import Exchange
from services.coin_alerts.processor import AlertProcessor
from services.coin_alerts.watch_table import WatchTable
from services.common.notifications import NotificationTopic
from services.common.workers import Workers
from tests.unit.services.coin_alerts.alerts_store import ALERTS, WATCH, AlertsStore
from tests.unit.services.fake_sns import FakeSns
from tests.unit.services.fakes import FakeClock, FakeContext

BATCH = 10


class Market:
    def __init__(self) -> None:
        self.clock = FakeClock()
        self.store = AlertsStore()
        self.sns = FakeSns()
        self.answers: list[Answer | Exception] = []
        self.prices: dict[str, object] = {}
        self.calls: list[float] = []
        self.slept: list[float] = []
        self.position = 0
        revisions = count(1)
        watch = WatchTable(self.store, WATCH)
        self.processor = AlertProcessor(
            AlertBook(self.store, ALERTS),
            watch,
            NotificationTopic(self.sns, "topic"),
            self.clock,
            lambda: f"revision-{next(revisions)}",
        )
        exchange = Exchange(self._fetch, self.clock, self._sleep, lambda: 0.5)
        self.checker = PriceChecker(ArmedAlerts(self.store, ALERTS), watch, exchange, Workers(4), self.clock)

    def stream(self, start: int | None = None) -> list[str]:
        """Hands a batch to the processor, from `start` or from where the last one ended; returns what failed of it."""
        start = self.position if start is None else start
        records = self.store.stream[start : start + BATCH]
        answer = alert_processor.process_stream(self.processor, records)
        failed = [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]
        # Lambda goes on at the lowest sequence number that was reported.
        self.position = int(min(failed)) if failed else max(self.position, start + len(records))
        return failed

    def settle(self) -> None:
        """Runs the stream until nothing is left in it."""
        for _ in range(len(self.store.stream) * 4 + 40):
            if self.position >= len(self.store.stream):
                return
            self.stream()
        raise AssertionError("the stream does not come to rest")

    def check(self, milliseconds_left: Callable[[], int] = lambda: 60_000) -> dict[str, Any]:
        return price_checker.check_prices(self.checker, FakeContext(milliseconds_left))

    def minute(self, **prices: object) -> dict[str, Any]:
        """A pass at these prices, a minute after the last, and all that follows from it."""
        self.clock.advance(minutes=1)
        self.prices = prices
        outcome = self.check()
        self.settle()
        return outcome

    def notified(self) -> list[str]:
        """The alerts that notifications were published for, a copy as often as it was."""
        return [f"{body['user_id']}/{body['alert_id']}" for body in self.bodies()]

    def bodies(self) -> list[dict[str, Any]]:
        return [json.loads(json.loads(message["Message"])["default"]) for message in self.sns.published]

    def watched(self) -> list[str]:
        return [i["entry"].removeprefix("coin#") for i in self.store.items(WATCH) if i["entry"].startswith("coin#")]

    def _fetch(self, timeout: float) -> Answer:
        self.calls.append(timeout)
        answer = self.answers.pop(0) if self.answers else ticker(self.prices)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def _sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.clock.advance(seconds=seconds)


def ticker(prices: dict[str, object]) -> Answer:
    entries = [{"symbol": f"{coin}USDT", "price": price} for coin, price in prices.items()]
    return Answer(200, json.dumps(entries).encode())
