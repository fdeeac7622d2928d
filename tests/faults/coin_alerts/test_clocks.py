"""Clocks that are wrong, and instants of other units and forms."""

from typing import Any
from unittest import mock

import pytest

from services.coin_alerts.system import price_watch
from tests.faults.coin_alerts.alerts import CHECKER, notified, write
from tests.faults.laboratory.laboratory import Laboratory
from tests.faults.scenarios.coin_alerts import PROCESSOR
from tests.faults.scenarios.stand_in_exchange import StandInExchange, http_answer

pytestmark = pytest.mark.fault_system("coin-alerts")


@pytest.mark.fault_case(27)
@pytest.mark.parametrize("minutes", [-10, 10])
@pytest.mark.parametrize("function", [CHECKER, PROCESSOR])
def test_a_worker_whose_clock_is_wrong_tells_nothing_twice_and_forgets_nothing(
    lab: Laboratory, exchange: StandInExchange, function: str, minutes: int
) -> None:
    invoke = lab.processes[function].invoke

    def skewed(event: Any, request_id: str) -> Any:
        with lab.clock.skewed(minutes=minutes):
            return invoke(event, request_id)

    lab.surround(mock.patch.object(lab.processes[function], "invoke", skewed))
    write(lab, "ada/a")
    exchange.first.append(http_answer(429, retry_after="30"))
    lab.let_pass(minutes=13)
    assert notified(lab) == {"ada/a": 1}
    watched = [item["entry"]["S"] for item in lab.account.items(price_watch)]
    assert sorted(watched) == ["circuit", "coin#BTC"]
