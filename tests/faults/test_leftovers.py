"""Batch calls that do a part of what they were asked."""

import pytest

from tests.faults.laboratory.batch_entries import DIVIDED_OPERATIONS
from tests.faults.laboratory.faults import Fault, LeftOut, first
from tests.faults.running import through_outage, undisturbed, with_faults
from tests.faults.scenarios import SCENARIOS
from tests.faults.scenarios.scenario import Scenario

NOTHING = LeftOut(lambda _: False)
EVERY_SECOND = LeftOut(lambda place: place % 2 == 1)


@pytest.mark.fault_case(13, 17)
@pytest.mark.parametrize(
    ("effect", "times"),
    # As often as a function asks again within an invocation, and beyond that.
    [(NOTHING, 2), (EVERY_SECOND, 2), (EVERY_SECOND, 12)],
    ids=["nothing, twice", "every second, twice", "every second, 12 times"],
)
@pytest.mark.parametrize("kind", SCENARIOS)
def test_what_a_batch_call_leaves_out_is_done_later(kind: type[Scenario], times: int, effect: LeftOut) -> None:
    expected, calls = undisturbed(kind)
    for operation in sorted(set(calls) & DIVIDED_OPERATIONS):
        outcome = with_faults(kind, Fault(effect, operation, first(times)))
        assert outcome == expected, operation
        assert outcome.most_copies <= 1, operation


@pytest.mark.fault_case(13, 17)
@pytest.mark.parametrize("kind", SCENARIOS)
def test_what_a_batch_call_leaves_out_for_ever_is_noticed_and_done_once_it_can_be(kind: type[Scenario]) -> None:
    expected, calls = undisturbed(kind)
    for operation in sorted(set(calls) & DIVIDED_OPERATIONS):
        outcome, rings = through_outage(kind, NOTHING, operation)
        assert rings, f"nobody is told that {operation} does nothing"
        assert outcome == expected, operation
        assert outcome.most_copies <= 1, operation
