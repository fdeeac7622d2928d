"""Prices at a threshold, around it, and of the past."""

from decimal import Decimal
from random import Random

import pytest

from tests.faults.laboratory.laboratory import Laboratory
from tests.faults.price_alerts.observations import alerts, answered, enqueue, fired, history, scenario, update, webhook

pytestmark = pytest.mark.fault_system("price-alerts")


@pytest.mark.fault_case(23, 24)
@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("-0", "0"),
        ("-0.0", "0.0"),
        ("2.675", "2.675"),
        ("9007199254740993", "9007199254740993"),
        ('"999999999999999999.999999999999999999"', "999999999999999999.999999999999999999"),
        ("0.1", "0.1"),
        ("1E3", "1000"),
    ],
)
def test_a_price_keeps_its_digits_to_the_last(lab: Laboratory, sent: str, kept: str) -> None:
    scenario.add_rule(lab, "rule", "BTC-USD", "above", "0")
    assert answered(lab, webhook("PRICE").replace(b'"PRICE"', sent.encode())) == (202, None)
    lab.settle()
    (alert,) = alerts(lab)
    assert alert["price"] == kept
    assert Decimal(history(lab)[0][1]) == Decimal(kept)


@pytest.mark.fault_case(24, 28)
@pytest.mark.parametrize(
    ("threshold", "below", "at"),
    [
        ("0.3", "0.299999999999999999", "0.3"),
        ("2.675", "2.674999999999999999", "2.675000"),
        ("9007199254740993", "9007199254740992", "9007199254740993"),
        ("0.300000000000000001", "0.3", "0.300000000000000001"),
    ],
)
def test_a_rule_fires_at_its_threshold_and_not_one_tick_before(
    lab: Laboratory, threshold: str, below: str, at: str
) -> None:
    scenario.add_rule(lab, "risen", "BTC-USD", "above", threshold)
    for number, price in enumerate((below, at)):
        assert not fired(lab)
        assert answered(lab, webhook(price, time=f"2026-11-21T09:59:0{number}Z")) == (202, None)
        lab.settle()
    assert fired(lab) == {"risen": 1}
    scenario.add_rule(lab, "fallen", "BTC-USD", "below", below)
    for number, price in enumerate((at, below)):
        assert fired(lab)["fallen"] == 0
        assert answered(lab, webhook(price, time=f"2026-11-21T09:59:1{number}Z")) == (202, None)
        lab.settle()
    assert fired(lab) == {"risen": 1, "fallen": 1}


@pytest.mark.fault_case(24)
def test_random_prices_fire_exactly_the_rules_that_exact_numbers_say(lab: Laboratory) -> None:
    random = Random(7)  # noqa: S311 - to be the same in every run
    thresholds = [Decimal(random.randrange(10**12)).scaleb(-6) for _ in range(20)]
    for number, threshold in enumerate(thresholds):
        scenario.add_rule(lab, f"rule-{number}", "BTC-USD", "above", f"{threshold:f}")
    highest = Decimal(0)
    for second in range(20):
        price = random.choice(thresholds) + Decimal(random.randrange(-1, 2)).scaleb(-18)
        highest = max(highest, price)
        enqueue(lab, update(f"{price:f}", observed_at=f"2026-11-21T09:59:{second:02}Z"))
        lab.settle()
        expected = {f"rule-{number}" for number, threshold in enumerate(thresholds) if threshold <= highest}
        assert fired(lab) == dict.fromkeys(expected, 1)


@pytest.mark.fault_case(28)
def test_a_price_that_flaps_fires_once_for_each_arming(lab: Laboratory) -> None:
    scenario.add_rule(lab, "rule", "BTC-USD", "above", "70000")
    for second in range(20):
        observed = f"2026-11-21T10:00:{second:02}Z"
        lab.clock.pass_by(1)
        enqueue(lab, update("70000" if second % 2 else "69999.999999999999999999", observed_at=observed))
        lab.settle()
        if second == 10:
            assert fired(lab) == {"rule": 1}
            scenario.rules(lab, clock=lab.clock.now).rearm("ada", "rule")
    assert fired(lab) == {"rule": 2}
    assert len({alert["message_id"] for alert in alerts(lab)}) == 2


@pytest.mark.fault_case(28)
def test_late_and_repeated_ticks_are_history_and_the_latest_stays(lab: Laboratory) -> None:
    scenario.add_rule(lab, "fallen", "BTC-USD", "below", "1")
    seconds = [5, 3, 5, 1, 3, 4]
    enqueue(lab, *(update(f"7000{second}", observed_at=f"2026-11-21T09:59:0{second}Z") for second in seconds))
    lab.settle()
    assert [price for _, price in history(lab)] == ["70001", "70003", "70004", "70005", "70005"]
    assert not fired(lab)
