"""Clocks that are wrong, and instants of other units and forms."""

import pytest

from tests.faults.market_data.market import Market, tick

pytestmark = pytest.mark.fault_system("market-data")


@pytest.mark.fault_case(27)
def test_times_of_every_unit_are_one_instant(market: Market) -> None:
    spellings = ["2026-11-21T09:00:01Z", "2026-11-21T10:00:01+01:00", 1795251601, 1795251601000, "1795251601.0"]
    spellings += [1795251601000000, 1795251601000000000]
    for spelling in spellings:
        assert market.ask({"ticks": [tick(timestamp=spelling)]})[0] == 202
    assert len({message["Body"] for message in market.queued()}) == 1


@pytest.mark.fault_case(27)
def test_a_clock_that_is_slow_refuses_a_new_trade_and_takes_it_once_it_is_right(market: Market) -> None:
    new = tick(timestamp="2026-11-21T10:00:00Z")
    with market.lab.clock.skewed(minutes=-10):
        status, answer = market.ask({"ticks": [new]})
        assert (status, answer["field"]) == (400, "ticks[0].timestamp")
    assert market.ask({"ticks": [new]})[0] == 202


@pytest.mark.fault_case(27)
@pytest.mark.parametrize("minutes", [10, -10])
def test_windows_touched_by_a_wrong_clock_are_computed_all_the_same(market: Market, minutes: int) -> None:
    (message,) = market.messages(tick())
    with market.lab.clock.skewed(minutes=minutes):
        assert market.process(message) == []
    # No event: it is the schedule's, whose clock is right.
    market.lab.account.drained("market-data-windows-touched-matched")
    market.lab.let_pass(minutes=20)
    assert [window["count"] for window in market.windows()] == [1]
