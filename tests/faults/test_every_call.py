"""A fault at each call that a system makes on AWS, one after the other."""

import pytest

from tests.faults.laboratory.faults import Effect, Fault, KilledAfter, KilledBefore, ReplyLost, Slow, TimedOut, nth
from tests.faults.running import telling, undisturbed, with_faults
from tests.faults.scenarios import SCENARIOS
from tests.faults.scenarios.scenario import Scenario

# Longer than any function may run.
FOR_EVER = Slow(16 * 60)


@pytest.mark.fault_case(6, 7, 14, 31)
@pytest.mark.parametrize("effect", [KilledBefore(), KilledAfter(), TimedOut(), ReplyLost(), FOR_EVER], ids=str)
@pytest.mark.parametrize("kind", SCENARIOS)
def test_a_fault_at_any_call_loses_nothing_and_does_nothing_twice(kind: type[Scenario], effect: Effect) -> None:
    expected, calls = undisturbed(kind)
    for number, operation in telling(calls):
        outcome = with_faults(kind, Fault(effect, turn=nth(number)))
        assert outcome == expected, f"{effect} at call {number}, {operation}"
