"""Prices at a threshold, around it, and of the past."""

import pytest

from tests.faults.coin_alerts.alerts import notified, scenario, told, write
from tests.faults.laboratory.laboratory import Laboratory
from tests.faults.scenarios.stand_in_exchange import StandInExchange, http_answer

pytestmark = pytest.mark.fault_system("coin-alerts")


@pytest.mark.fault_case(24, 28)
@pytest.mark.parametrize(
    ("threshold", "beyond"),
    [
        ("0.3", '"0.300000000000000001"'),
        ("2.675", "2.675000000000000001"),
        ("9007199254740992", "9007199254740993"),
        ("0.300000000000000003", '"0.300000000000000004"'),
    ],
)
def test_an_alert_triggers_one_tick_beyond_its_threshold_and_not_at_it(
    lab: Laboratory, exchange: StandInExchange, threshold: str, beyond: str
) -> None:
    write(lab, "ada/above", threshold)
    write(lab, "ben/below", {"S": beyond.strip('"')}, "below")
    for price, expected in ((threshold, {"ben/below": 1}), (beyond, {"ada/above": 1, "ben/below": 1})):
        exchange.first.append(http_answer(200, f'[{{"symbol": "BTCUSDT", "price": {price}}}]'.encode()))
        lab.let_pass(minutes=1)
        assert notified(lab) == expected
    assert {content["price"] for content in told(lab)} == {threshold, beyond.strip('"')}


@pytest.mark.fault_case(28)
def test_a_price_that_flaps_is_told_once_for_each_arming(lab: Laboratory, exchange: StandInExchange) -> None:
    write(lab, "ada/a")
    for number in range(12):
        exchange.prices["BTC"] = ("69999.99", "70000.01")[number % 2]
        lab.let_pass(minutes=1)
        if number == 6:
            assert notified(lab) == {"ada/a": 1}
            scenario.alter(lab, "ada/a", threshold={"N": "69999.995"})
    assert notified(lab) == {"ada/a": 2}
    assert len({content["message_id"] for content in told(lab)}) == 2


@pytest.mark.fault_case(28, 30)
def test_no_price_of_the_past_triggers_anything(lab: Laboratory, exchange: StandInExchange) -> None:
    write(lab, "ada/a", "80000")
    lab.let_pass(minutes=1)
    scenario.alter(lab, "ada/a", threshold={"N": "60000"})
    exchange.first += [ConnectionRefusedError()] * 4
    lab.let_pass(minutes=1)
    assert not notified(lab)
    exchange.prices["BTC"] = "59000"
    lab.let_pass(minutes=1)
    assert not notified(lab)
