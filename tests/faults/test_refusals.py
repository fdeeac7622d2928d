"""AWS refuses: now and then, or for as long as it likes."""

import pytest

from tests.faults.laboratory.faults import Fault, Refused, always, first
from tests.faults.laboratory.laboratory import laboratory
from tests.faults.running import at_rest, offer_all, offer_each_once, undisturbed, with_faults
from tests.faults.scenarios import SCENARIOS
from tests.faults.scenarios.scenario import Scenario

THROTTLED = Refused("ThrottlingException")
BROKEN = Refused("InternalServerError", 500)
DENIED = Refused("AccessDeniedException")


@pytest.mark.fault_case(11, 12)
@pytest.mark.parametrize("effect", [THROTTLED, BROKEN, DENIED], ids=str)
@pytest.mark.parametrize("kind", SCENARIOS)
def test_an_operation_that_is_refused_three_times_is_done_in_the_end(kind: type[Scenario], effect: Refused) -> None:
    expected, calls = undisturbed(kind)
    for operation in sorted(set(calls)):
        outcome = with_faults(kind, Fault(effect, operation, first(3)))
        assert outcome == expected, f"{effect} for {operation}"


@pytest.mark.fault_case(11, 32, 33)
@pytest.mark.parametrize("kind", SCENARIOS)
def test_a_service_that_refuses_for_long_is_noticed_and_loses_nothing(kind: type[Scenario]) -> None:
    expected, calls = undisturbed(kind)
    for operation in sorted(set(calls)):
        scenario = kind()
        with laboratory(scenario.system, scenario.secrets) as lab:
            scenario.prepare(lab)
            fault = Fault(BROKEN, operation, always)
            lab.wire.faults.append(fault)
            refused = offer_each_once(scenario, lab)
            lab.let_pass(minutes=15)
            assert fault.hits
            assert lab.ringing(), f"nobody is told that {operation} fails"
            fault.turn = first(0)
            offer_all(scenario, lab, refused)
            assert at_rest(scenario, lab) == expected, operation
