"""Every attempt of a call loses its reply, so that the call itself fails after its effect; who made it tries again."""

import pytest

from tests.faults.copies import SENDS
from tests.faults.laboratory.faults import Fault, ReplyLost, Turn
from tests.faults.laboratory.laboratory import laboratory
from tests.faults.laboratory.wire import Wire
from tests.faults.running import at_rest, offer_all, offer_each_once, undisturbed
from tests.faults.scenarios import SCENARIOS
from tests.faults.scenarios.scenario import Scenario

# What AWS remembers of a request by its token, it forgets after ten minutes.
LATER_S = 11 * 60


def all_of_one_invocation(wire: Wire) -> Turn:
    """Every call that the fault looks at, of the invocation that makes the first."""
    struck: list[int] = []

    def turn(_: int) -> bool:
        struck.append(wire.invocations)
        return struck[0] == wire.invocations

    return turn


@pytest.mark.fault_case(14)
@pytest.mark.parametrize("kind", SCENARIOS)
def test_a_retry_minutes_after_a_call_without_a_reply_has_no_second_effect(kind: type[Scenario]) -> None:
    expected, calls = undisturbed(kind)
    for operation in sorted(set(calls)):
        scenario = kind()
        with laboratory(scenario.system, scenario.secrets) as lab:
            scenario.prepare(lab)
            fault = Fault(ReplyLost(), operation, all_of_one_invocation(lab.wire))
            lab.wire.faults.append(fault)
            refused = offer_each_once(scenario, lab)
            lab.clock.pass_by(LATER_S)
            offer_all(scenario, lab, refused)
            outcome = at_rest(scenario, lab)
        assert fault.hits
        assert outcome == expected, operation
        assert outcome.most_copies <= 1 + (fault.hits if operation in SENDS else 0), operation
