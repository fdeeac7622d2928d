"""A consumer's process dies at each call that a whole batch takes."""

from functools import cache

import pytest

from shared.model import Function, System
from tests.faults.copies import most_copies
from tests.faults.laboratory.faults import Fault, KilledAfter, KilledBefore, nth
from tests.faults.laboratory.laboratory import laboratory
from tests.faults.running import at_rest, offer_all
from tests.faults.scenarios import SCENARIOS
from tests.faults.scenarios.scenario import Outcome, Scenario

INPUTS = 3
# A kill after one of these is a kill after the call before it.
READS = ("BatchGet", "Decrypt", "Get", "Query")


def consumer(system: System) -> Function:
    """The function that a stream or a queue gives several records at once."""
    (found,) = (
        function
        for function in system.functions
        if any(function.streams) or any(trigger.batch_size > 1 for trigger in function.queues)
    )
    return found


def in_one_batch(kind: type[Scenario], *faults: Fault) -> tuple[Outcome, tuple[str, ...]]:
    """What comes of inputs that wait for their consumer together, and the calls that this takes."""
    scenario = kind()
    with laboratory(scenario.system, scenario.secrets) as lab:
        scenario.prepare(lab)
        process = lab.processes[consumer(scenario.system).name]
        process.disabled = True
        offer_all(scenario, lab, scenario.many(INPUTS))
        process.disabled = False
        before = len(lab.wire.calls)
        lab.wire.faults += faults
        lab.settle()
        # A pass over the prices triggers alerts, whose records come together, too.
        lab.let_pass(minutes=1)
        calls = tuple(lab.wire.calls[before:])
        assert all(fault.hits == 1 for fault in faults)
        return at_rest(scenario, lab), calls


@cache
def undisturbed_batch(kind: type[Scenario]) -> tuple[Outcome, tuple[str, ...]]:
    outcome, calls = in_one_batch(kind)
    assert outcome.most_copies <= 1
    return outcome, calls


@pytest.mark.fault_case(7)
@pytest.mark.parametrize("kind", SCENARIOS)
def test_a_process_that_dies_anywhere_in_a_batch_loses_nothing_and_does_nothing_twice(kind: type[Scenario]) -> None:
    expected, calls = undisturbed_batch(kind)
    effects = [place for place, call in enumerate(calls, 1) if not call.partition(".")[2].startswith(READS)]
    # A kill after one call is a kill before the next.
    for effect, place in [(KilledBefore(), 1), *[(KilledAfter(), place) for place in effects]]:
        outcome, _ = in_one_batch(kind, Fault(effect, turn=nth(place)))
        assert outcome == expected, f"{effect} {place} of {calls}"
        assert outcome.most_copies <= most_copies(effect, place, calls), f"{effect} {place} of {calls}"
