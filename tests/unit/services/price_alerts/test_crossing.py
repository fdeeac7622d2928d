"""The system against a plain model of what a crossing is."""

from dataclasses import dataclass, field
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.price_alerts.domain.crossing import reaches
from services.price_alerts.domain.rule import Direction
from services.price_alerts.rules import NotRearmableError
from tests.unit.services.price_alerts.pipeline import Pipeline

PRICES = st.sampled_from(
    [Decimal(text) for text in ("0", "0.000000000000000001", "1", "9.99", "10", "10.01", "999999999999999999")]
)


@dataclass
class Model:
    """Rules in memory: what is armed, since when, and what fired at which price."""

    now: int = 0
    latest: tuple[int, str, Decimal] | None = None
    rules: list[tuple[str, Decimal]] = field(default_factory=list)
    armed_since: dict[int, int] = field(default_factory=dict)
    fired: list[tuple[int, Decimal]] = field(default_factory=list)

    def add(self, direction: str, threshold: Decimal) -> None:
        self.armed_since[len(self.rules)] = self.now
        self.rules.append((direction, threshold))

    def rearm(self, rule: int) -> None:
        self.armed_since.setdefault(rule, self.now)

    def tick(self, price: Decimal, late: int) -> None:
        observed = (self.now - late, f"{price:f}", price)
        is_latest = self.latest is None or observed[:2] >= self.latest[:2]
        if is_latest:
            self.latest = observed
        for rule, since in list(self.armed_since.items()):
            if is_latest or since <= observed[0]:
                self._fire(rule, price)

    def batch_pass(self) -> None:
        if self.latest:
            for rule in list(self.armed_since):
                self._fire(rule, self.latest[2])

    def _fire(self, rule: int, price: Decimal) -> None:
        direction, threshold = self.rules[rule]
        crossed = price > threshold if direction == "above" else price < threshold
        if crossed or price == threshold:
            del self.armed_since[rule]
            self.fired.append((rule, price))


STEPS = st.one_of(
    st.tuples(st.just("add"), st.sampled_from(["above", "below"]), PRICES),
    st.tuples(st.just("tick"), PRICES, st.integers(0, 5)),
    st.tuples(st.just("rearm"), st.integers(0, 3)),
    st.tuples(st.just("batch_pass")),
)


@pytest.mark.requirement("PA-7", "PA-9")
@settings(max_examples=200)
@given(st.lists(STEPS, max_size=25))
def test_rules_fire_as_the_plain_model_says(steps: list[tuple]):
    model, pipeline = Model(), Pipeline()
    for step, *arguments in steps:
        model.now += 1
        pipeline.clock.advance(seconds=1)
        if step == "add":
            model.add(*arguments)
            pipeline.rules.add("user", "BTC-USD", *arguments)
        elif step == "tick":
            price, late = arguments
            model.tick(price, late)
            assert pipeline.tick(f"{price:f}", seconds=-late) == []
        elif step == "rearm" and arguments[0] < len(model.rules):
            model.rearm(arguments[0])
            pipeline.rules.rearm("user", f"alert-{arguments[0] + 1:05}")
        elif step == "batch_pass":
            model.batch_pass()
            pipeline.batch_pass()
            assert pipeline.consume(pipeline.queued()) == []
    fired = [(int(alert["alertId"][-5:]) - 1, Decimal(alert["price"])) for alert in pipeline.alerts()]
    assert sorted(fired) == sorted(model.fired)
    assert len({alert["message_id"] for alert in pipeline.alerts()}) == len(model.fired)


@pytest.mark.requirement("PA-9")
@given(PRICES, PRICES)
def test_the_threshold_itself_is_reached_from_both_sides(price: Decimal, threshold: Decimal):
    assert reaches(price, Direction.ABOVE, threshold) == (price >= threshold)
    assert reaches(price, Direction.BELOW, threshold) == (price <= threshold)


@pytest.mark.requirement("PA-9")
def test_a_late_price_of_the_very_instant_of_the_arming_fires(pipeline: Pipeline):
    pipeline.tick("1", seconds=5)
    pipeline.rules.add("user", "BTC-USD", "above", "10")
    pipeline.tick("11")
    assert len(pipeline.alerts()) == 1


@pytest.mark.requirement("PA-9")
def test_a_gap_across_the_threshold_is_a_crossing(pipeline: Pipeline):
    pipeline.rules.add("user", "BTC-USD", "above", "100")
    for price in ("1", "99.999999999999999999", "5000", "6000", "50", "7000"):
        pipeline.clock.advance(seconds=1)
        pipeline.tick(price)
    assert [alert["price"] for alert in pipeline.alerts()] == ["5000"]


@pytest.mark.requirement("PA-9")
def test_a_rule_is_quiet_until_it_is_rearmed(pipeline: Pipeline):
    rule = pipeline.rules.add("user", "BTC-USD", "below", "100")
    for price in ("100", "90", "110", "80"):
        pipeline.clock.advance(seconds=1)
        pipeline.tick(price)
    assert [alert["price"] for alert in pipeline.alerts()] == ["100"]
    pipeline.rules.rearm("user", rule.alert_id)
    pipeline.clock.advance(seconds=1)
    pipeline.tick("70")
    first, second = pipeline.alerts()
    assert (second["price"], second["message_id"] != first["message_id"]) == ("70", True)


def test_rearming_waits_for_the_last_alert(pipeline: Pipeline):
    rule = pipeline.rules.add("user", "BTC-USD", "below", "100")
    pipeline.sns.fail("publish_batch", TimeoutError())
    with pytest.raises(TimeoutError):
        pipeline.tick("1")
    with pytest.raises(NotRearmableError, match="still to be published; try again in a few minutes"):
        pipeline.rules.rearm("user", rule.alert_id)
