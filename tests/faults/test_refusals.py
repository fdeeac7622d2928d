"""AWS refuses: now and then, or for as long as it likes."""

import pytest

from shared.alarms import alarms
from tests.faults.copies import marks
from tests.faults.laboratory.account import NAMING
from tests.faults.laboratory.faults import Fault, Refused, first
from tests.faults.running import through_outage, undisturbed, with_faults
from tests.faults.scenarios import SCENARIOS
from tests.faults.scenarios.scenario import Scenario

THROTTLED = Refused("ThrottlingException")
BROKEN = Refused("InternalServerError", 500)
DENIED = Refused("AccessDeniedException")
REFUSALS = 3


@pytest.mark.fault_case(11, 12)
@pytest.mark.parametrize("effect", [THROTTLED, BROKEN, DENIED], ids=str)
@pytest.mark.parametrize("kind", SCENARIOS)
def test_an_operation_that_is_refused_three_times_is_done_in_the_end(kind: type[Scenario], effect: Refused) -> None:
    expected, calls = undisturbed(kind)
    for operation in sorted(set(calls)):
        outcome = with_faults(kind, Fault(effect, operation, first(REFUSALS)))
        assert outcome == expected, f"{effect} for {operation}"
        most = 1 + REFUSALS if operation in marks(calls) else 1
        assert outcome.most_copies <= most, f"{effect} for {operation}"


@pytest.mark.fault_case(11, 33)
@pytest.mark.parametrize("kind", SCENARIOS)
def test_a_service_that_refuses_for_long_is_noticed_and_loses_nothing(kind: type[Scenario]) -> None:
    expected, calls = undisturbed(kind)
    described = {alarm.name for alarm in alarms(kind.system, NAMING)}
    for operation in sorted(set(calls)):
        outcome, rings = through_outage(kind, BROKEN, operation)
        assert rings, f"nobody is told that {operation} fails"
        assert {name for name, _ in rings} <= described
        assert outcome == expected, operation
        assert outcome.most_copies <= (2 if operation in marks(calls) else 1), operation
