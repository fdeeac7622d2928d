"""Batch calls that do a part of what they were asked."""

import pytest

from tests.faults.laboratory.batch_entries import DIVIDED_OPERATIONS
from tests.faults.laboratory.faults import Fault, LeftOut, first
from tests.faults.running import undisturbed, with_faults
from tests.faults.scenarios import SCENARIOS
from tests.faults.scenarios.scenario import Scenario

NOTHING = LeftOut(lambda _: False)
EVERY_SECOND = LeftOut(lambda place: place % 2 == 1)


@pytest.mark.fault_case(13, 17)
@pytest.mark.parametrize("effect", [NOTHING, EVERY_SECOND], ids=["nothing", "every second"])
# As often as a function asks again within an invocation, and beyond that.
@pytest.mark.parametrize("times", [2, 12])
@pytest.mark.parametrize("kind", SCENARIOS)
def test_what_a_batch_call_leaves_out_is_done_later(kind: type[Scenario], times: int, effect: LeftOut) -> None:
    expected, calls = undisturbed(kind)
    for operation in sorted(set(calls) & DIVIDED_OPERATIONS):
        outcome = with_faults(kind, Fault(effect, operation, first(times)))
        assert outcome == expected, operation
