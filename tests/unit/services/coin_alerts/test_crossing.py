"""Alerts, prices, writers and faults in any order, against a model of a few lines that knows nothing of indexes."""

from contextlib import suppress
from decimal import Decimal

import pytest
from botocore.exceptions import BotoCoreError, ClientError
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from tests.unit.services.coin_alerts.alerts_store import ALERTS
from tests.unit.services.coin_alerts.market import Market
from tests.unit.services.fakes import THROTTLED, TIMED_OUT, message_id

NAMES = st.sampled_from(["a", "b", "c"])
COINS = st.sampled_from(["BTC", "ETH"])
CONDITIONS = st.sampled_from(["above", "below"])
# Few, so that prices meet thresholds exactly and alerts cross together.
VALUES = st.sampled_from(["0", "1", "1.000000000000000001", "2", "999999999999999999"])
PRICES = st.sampled_from(["0.000000000000000001", "1", "1.000000000000000001", "2", "999999999999999999"])
OPERATIONS = st.sampled_from(["update_item", "batch_get_item", "query"])
FAULTS = st.sampled_from([THROTTLED, TIMED_OUT])


class Model:
    """What should be told: each setting of an alert's terms is told once, by the first price strictly beyond them."""

    def __init__(self) -> None:
        self.armed: dict[str, tuple[str, str, Decimal]] = {}
        self.told: list[tuple[str, str, str, Decimal]] = []

    def price(self, coin: str, price: Decimal) -> None:
        for name, (of, condition, threshold) in list(self.armed.items()):
            if of == coin and (price > threshold if condition == "above" else price < threshold):
                del self.armed[name]
                self.told.append((name, of, condition, threshold))


class Crossing(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.market = Market()
        self.model = Model()
        self.terms: dict[str, tuple[str, str, str]] = {}

    @rule(name=NAMES, coin=COINS, condition=CONDITIONS, threshold=VALUES)
    def put(self, name: str, coin: str, condition: str, threshold: str) -> None:
        self.market.store.write("u", name, coinSymbol=coin, condition=condition, threshold=threshold)
        self.terms[name] = (coin, condition, threshold)
        self.model.armed[name] = (coin, condition, Decimal(threshold))
        self.market.settle()

    @precondition(lambda self: self.terms)
    @rule(data=st.data(), threshold=VALUES, condition=CONDITIONS)
    def change(self, data: st.DataObject, threshold: str, condition: str) -> None:
        name = data.draw(st.sampled_from(sorted(self.terms)))
        coin, *before = self.terms[name]
        self.market.store.change("u", name, threshold=threshold, condition=condition, note="changed")
        if before != [condition, threshold]:
            self.terms[name] = (coin, condition, threshold)
            self.model.armed[name] = (coin, condition, Decimal(threshold))
        self.market.settle()

    @precondition(lambda self: self.terms)
    @rule(data=st.data())
    def delete(self, data: st.DataObject) -> None:
        name = data.draw(st.sampled_from(sorted(self.terms)))
        self.market.store.delete_item(TableName=ALERTS, Key={"userId": {"S": "u"}, "alertId": {"S": name}})
        del self.terms[name]
        self.model.armed.pop(name, None)

    @rule(btc=PRICES, eth=PRICES)
    def minute(self, btc: str, eth: str) -> None:
        self.model.price("BTC", Decimal(btc))
        self.model.price("ETH", Decimal(eth))
        self.market.minute(BTC=btc, ETH=eth)

    @rule(hours=st.integers(1, 3))
    def quiet(self, hours: int) -> None:
        """A time without prices, in which nobody may forget what is waited for."""
        self.market.clock.advance(hours=hours)
        self.market.minute()

    @rule(position=st.integers(0, 30))
    def redelivery(self, position: int) -> None:
        if position < len(self.market.store.stream):
            self.market.stream(start=position)
            self.market.settle()

    @invariant()
    def each_crossing_is_told_once(self) -> None:
        told = [
            (body["alert_id"], body["coin_symbol"], body["condition"], Decimal(body["threshold"]))
            for body in self.market.bodies()
        ]
        assert sorted(told) == sorted(self.model.told)


TestCrossing = pytest.mark.requirement("CA-3", "CA-4", "ALL-14")(
    settings(max_examples=60, stateful_step_count=25)(Crossing).TestCase
)


class Faults(RuleBasedStateMachine):
    """The same world with calls that fail or whose replies are lost: nothing is lost, and ids tell copies apart."""

    def __init__(self) -> None:
        super().__init__()
        self.market = Market()
        self.thresholds = 0

    @rule(condition=CONDITIONS)
    def put(self, condition: str) -> None:
        self.thresholds += 1
        threshold = 1000 + self.thresholds if condition == "below" else self.thresholds
        self.market.store.write(
            "u", f"alert-{self.thresholds}", coinSymbol="BTC", condition=condition, threshold=threshold
        )

    @rule(operation=OPERATIONS, error=FAULTS, calls=st.integers(0, 4))
    def fault(self, operation: str, error: Exception, calls: int) -> None:
        self.market.store.fail(operation, *[None] * calls, error)

    @rule(calls=st.integers(0, 4))
    def lost_reply(self, calls: int) -> None:
        self.market.store.lose_reply(after=calls)

    @rule(error=FAULTS)
    def topic_fault(self, error: Exception) -> None:
        self.market.sns.fail("publish_batch", error)

    @rule()
    def batch(self) -> None:
        # As Lambda, which hands the batch over again.
        with suppress(ClientError, BotoCoreError):
            self.market.stream()

    @rule()
    def pass_(self) -> None:
        self.market.clock.advance(minutes=1)
        self.market.prices = {"BTC": "1000"}
        # As Lambda, whose failure the next minute makes good.
        with suppress(ClientError, BotoCoreError):
            self.market.check()

    def teardown(self) -> None:
        self.market.store.failures.clear()
        self.market.store.lost_replies.clear()
        self.market.sns.failures.clear()
        self.market.settle()
        self.market.minute(BTC="1000")
        copies = [message_id(message) for message in self.market.sns.published]
        assert len(set(copies)) == len(set(self.market.notified())) == self.thresholds
        assert all("unnotified" not in item for item in self.market.store.items(ALERTS))


TestFaults = pytest.mark.requirement("CA-4", "ALL-14")(
    settings(max_examples=60, stateful_step_count=30)(Faults).TestCase
)
