"""A fault at each call that a system makes on AWS, one after the other."""

import pytest

from tests.faults.copies import SENDS, marks, most_copies
from tests.faults.laboratory.faults import (
    Effect,
    Fault,
    KilledAfter,
    KilledBefore,
    ReplyLost,
    Slow,
    TimedOut,
    first,
    nth,
)
from tests.faults.running import telling, undisturbed, with_faults
from tests.faults.scenarios import SCENARIOS
from tests.faults.scenarios.scenario import Scenario

# Longer than any function may run.
FOR_EVER = Slow(16 * 60)


@pytest.mark.fault_case(6, 14)
@pytest.mark.parametrize("effect", [KilledBefore(), KilledAfter(), TimedOut(), ReplyLost()], ids=str)
@pytest.mark.parametrize("kind", SCENARIOS)
def test_a_fault_at_any_call_loses_nothing_and_does_nothing_twice(kind: type[Scenario], effect: Effect) -> None:
    expected, calls = undisturbed(kind)
    # What is lost on the way is asked again by the same process, which needs no more than one look at each transition.
    kills = isinstance(effect, KilledBefore | KilledAfter)
    for number, operation in telling(calls, also_last=kills):
        outcome = with_faults(kind, Fault(effect, turn=nth(number)))
        assert outcome == expected, f"{effect} at call {number}, {operation}"
        assert outcome.most_copies <= most_copies(effect, number, calls), f"{effect} at call {number}, {operation}"


@pytest.mark.fault_case(31)
@pytest.mark.parametrize("kind", SCENARIOS)
def test_a_function_that_runs_out_of_time_loses_nothing_and_does_nothing_twice(kind: type[Scenario]) -> None:
    expected, calls = undisturbed(kind)
    for operation in sorted(set(calls)):
        outcome = with_faults(kind, Fault(FOR_EVER, operation, first(1)))
        assert outcome == expected, operation
        assert outcome.most_copies <= (2 if operation in {*SENDS, *marks(calls)} else 1), operation
