"""A fault at each call that a system makes on AWS, one after the other."""

import pytest

from tests.faults.laboratory.faults import Effect, Fault, KilledAfter, KilledBefore, ReplyLost, TimedOut, nth
from tests.faults.running import telling, undisturbed, with_faults
from tests.faults.scenarios import SCENARIOS
from tests.faults.scenarios.scenario import Scenario


@pytest.mark.parametrize("kind", SCENARIOS)
@pytest.mark.parametrize("effect", [KilledBefore(), KilledAfter(), TimedOut(), ReplyLost()])
def test_a_fault_at_any_call_loses_nothing_and_does_nothing_twice(kind: type[Scenario], effect: Effect) -> None:
    expected, calls = undisturbed(kind)
    for number, operation in telling(calls):
        outcome = with_faults(kind, Fault(effect, turn=nth(number)))
        assert outcome == expected, f"{effect} at call {number}, {operation}"
