"""Clocks that are wrong, and instants of other units and forms."""

import pytest

from tests.faults.laboratory.faults import Fault, Refused, first
from tests.faults.laboratory.laboratory import Laboratory
from tests.faults.transactions.webhooks import ROUTER, SCENARIO, WEBHOOK, refused

pytestmark = pytest.mark.fault_system("transactions")


@pytest.mark.fault_case(27)
@pytest.mark.parametrize("value", [1795190404, 1795190404000, "1795190404", "2026-11-21T10:00:00", "2026-11-21", "now"])
def test_a_time_without_a_zone_or_in_a_guessed_unit_is_refused(lab: Laboratory, value: object) -> None:
    refused(lab, 400, "timestamp", WEBHOOK | {"timestamp": value})


@pytest.mark.fault_case(27)
@pytest.mark.parametrize("minutes", [-10, 10])
def test_a_clock_that_jumps_between_store_and_sweep_loses_nothing(lab: Laboratory, minutes: int) -> None:
    lab.processes[ROUTER].disabled = True
    with lab.clock.skewed(minutes=minutes):
        for name in SCENARIO.inputs:
            SCENARIO.offer(lab, name)
    lab.processes[ROUTER].disabled = False
    lab.wire.faults.append(Fault(Refused(), "sqs.SendMessageBatch", first(1)))
    lab.settle()
    lab.let_pass(minutes=30)
    assert set(SCENARIO.outcome(lab).copies.values()) == {1}
