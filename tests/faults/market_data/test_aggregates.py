"""Aggregates are exact, whatever comes late, twice or not at all."""

from decimal import Decimal
from fractions import Fraction

import pytest

from tests.faults.market_data.market import Market, tick

pytestmark = pytest.mark.fault_system("market-data")


@pytest.mark.fault_case(24)
def test_sums_are_exact(market: Market) -> None:
    big = str(2**53 + 1)
    market.post(tick(1, size="0.1"), tick(2, size="0.2"), tick(3, size=2.675, price="2.675"), tick(4, size=big))
    (window,) = market.windows()
    assert Decimal(window["volume"]) == Decimal("2.975") + 2**53 + 1
    worth = 10 * (Fraction("0.3") + 2**53 + 1) + Fraction("2.675") ** 2
    assert abs(Fraction(window["vwap"]) - worth / Fraction(window["volume"])) <= Fraction(1, 2 * 10**18)


@pytest.mark.fault_case(29)
def test_windows_without_trades_are_not_there_and_late_trades_correct_those_that_are(market: Market) -> None:
    assert market.windows() == []
    market.post(tick(30, price="5"))
    market.post(tick(2, timestamp="2026-11-21T09:12:00Z"))
    assert [(window["start"][11:16], window["open"]) for window in market.windows()] == [
        ("09:00", "5"),
        ("09:10", "10"),
    ]
    market.post(tick(10, price="4"), tick(30, price="5"))
    market.lab.let_pass(minutes=7)
    (window, _) = market.windows()
    assert (window["open"], window["close"], window["count"], window["vwap"]) == ("4", "5", 2, "4.500000000000000000")
    assert market.windows(window="1h")[0]["count"] == 3
    assert market.windows("MSFT") == []


@pytest.mark.fault_case(23, 29)
@pytest.mark.parametrize("nothing", ["0", 0, -0.0])
def test_a_window_of_no_volume_has_no_average(market: Market, nothing: object) -> None:
    market.post(tick(size=nothing))
    (window,) = market.windows()
    assert (Decimal(window["volume"]), window["vwap"], window["count"]) == (0, None, 1)
    assert "-" not in window["volume"]
