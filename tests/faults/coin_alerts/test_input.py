"""Bodies, headers, texts and numbers that nobody should send, and how far those go that somebody may."""

from collections.abc import Mapping
from typing import Any

import pytest

from tests.faults.coin_alerts.alerts import CHECKER, notified, scenario, told, write
from tests.faults.laboratory.laboratory import Laboratory
from tests.faults.scenarios.stand_in_exchange import StandInExchange, http_answer

pytestmark = pytest.mark.fault_system("coin-alerts")


@pytest.mark.fault_case(20)
def test_entries_that_are_no_tickers_cost_the_others_nothing_and_of_two_prices_the_last_counts(
    lab: Laboratory, exchange: StandInExchange
) -> None:
    write(lab, "ada/a")
    # A byte order mark may be overlooked (RFC 8259, section 8.1).
    odd = b'\xef\xbb\xbf[null, [], 1, "BTCUSDT", {}, {"symbol": 1}, {"symbol": "BTCUSDT", "price": "1"},'
    ticker = odd + b'{"symbol": "BTCUSDT", "price": "2", "price": "70000.10"}]'
    exchange.first.append(http_answer(200, ticker))
    lab.settle()
    lab.let_pass(minutes=1)
    assert [(content["price"], content["alert_id"]) for content in told(lab)] == [("70000.10", "a")]


@pytest.mark.fault_case(22)
def test_ids_are_told_as_they_are_or_refused_and_never_confused(lab: Laboratory, exchange: StandInExchange) -> None:
    plain, refused = ("caf\u00e9/a", "cafe\u0301/a", "\U0001f600/\u05d0"), ("nul\0/a", "ada/line\n", "bidi\u202e/a")
    for name in plain + refused:
        write(lab, name)
    for number, coin in enumerate(("\u0412TC", "\uff22TC", "BTC\0", "\U0001f600", "", "B TC")):
        # An index takes no empty key.
        if coin:
            write(lab, f"coins/{number}", coin=coin)
            lab.settle()
            assert scenario.alert(lab, f"coins/{number}")["refused"]["S"].startswith("coinSymbol is ")
    lab.let_pass(minutes=2)
    assert notified(lab) == dict.fromkeys(plain, 1)
    assert all("allowed are at most 256" in scenario.alert(lab, name)["refused"]["S"] for name in refused)
    assert not lab.dead_letters()


NO_THRESHOLDS: tuple[Mapping[str, Any], ...] = (
    {"S": "NaN"},
    {"S": "Infinity"},
    {"S": "1e400"},
    {"S": "1e3"},
    {"S": "-0"},
    {"S": "1_000"},
    {"S": "\u0661\u0662"},
    {"S": "1" * 19},
    {"S": "1" * 39},
    {"S": "1" * 5000},
    {"S": ""},
    {"BOOL": True},
    {"NULL": True},
    {"L": [{"N": "1"}]},
    {"M": {}},
    {"NS": ["1"]},
    {"N": "-1"},
    {"N": "1" * 38},
    {"N": "0." + "1" * 19},
    {"N": "1E+125"},
)


@pytest.mark.fault_case(23)
def test_what_is_no_threshold_is_refused_with_its_reason(lab: Laboratory, exchange: StandInExchange) -> None:
    for number, threshold in enumerate(NO_THRESHOLDS):
        write(lab, f"ada/{number}", threshold)
    write(lab, "ada/good")
    lab.let_pass(minutes=2)
    for number, threshold in enumerate(NO_THRESHOLDS):
        assert scenario.alert(lab, f"ada/{number}")["refused"]["S"].startswith("threshold is "), threshold
    assert notified(lab) == {"ada/good": 1}
    assert not lab.dead_letters()


NO_PRICES = (
    "NaN",
    "Infinity",
    "-Infinity",
    "1e400",
    "-0",
    "0",
    '"0.00000000"',
    "-1",
    "true",
    "null",
    "[]",
    '"1_000"',
    '"NaN"',
    '"\u0661\u0662"',
    '" 1"',
    "1" * 19,
    "1" * 39,
    "1" * 5000,
    '"' + "1" * 5000 + '"',
    "1e99999999999999999999",
)


@pytest.mark.fault_case(23)
def test_what_is_no_price_keeps_no_other_coin_from_its_own(lab: Laboratory, exchange: StandInExchange) -> None:
    write(lab, "ada/never", "1")
    write(lab, "ben/never", "1000000", "below")
    write(lab, "cy/waits", "1", coin="ETH")
    lab.settle()
    for number, price in enumerate(NO_PRICES, start=1):
        eth = "2" if number == len(NO_PRICES) else "0.5"
        body = f'[{{"symbol": "BTCUSDT", "price": {price}}}, {{"symbol": "ETHUSDT", "price": {eth}}}]'
        exchange.first.append(http_answer(200, body.encode()))
        assert lab.call(CHECKER, {}).answer["complete"], price
        assert lab.metrics()["PricesRefused"] == number, price
    lab.settle()
    assert notified(lab) == {"cy/waits": 1}
