"""Takes a scenario through a laboratory, and says what should have come of it."""

from collections.abc import Iterable, Sequence
from functools import cache
from itertools import pairwise

from tests.faults.laboratory.faults import Effect, Fault, Operation, always, first
from tests.faults.laboratory.laboratory import Laboratory, laboratory
from tests.faults.laboratory.sources.source import Turbulence
from tests.faults.scenarios.scenario import Outcome, Scenario

# A sender that gets no 2xx sends again; so often suffices for every fault that passes.
OFFERS = 16
# What was put back may fail once more where deliveries go astray.
REDRIVES = 5


def run(scenario: Scenario, lab: Laboratory) -> Outcome:
    """Offers all inputs until they are accepted, and lets the system come to rest."""
    scenario.prepare(lab)
    offer_all(scenario, lab)
    return at_rest(scenario, lab)


def offer_all(scenario: Scenario, lab: Laboratory, names: Iterable[str] | None = None) -> None:
    """Puts the inputs, by default all, in until they are accepted, and delivers each before the next.

    What was accepted before is not to be among them: offered again, it would repair what the system has lost.
    """
    for name in scenario.inputs if names is None else names:
        offer(scenario, lab, name)
        lab.settle()


def offer_each_once(scenario: Scenario, lab: Laboratory) -> list[str]:
    """Puts each input in once, and delivers it before the next; which of them were not accepted."""
    refused: list[str] = []
    for name in scenario.inputs:
        if not scenario.offer(lab, name):
            refused.append(name)
        lab.settle()
    return refused


def offer(scenario: Scenario, lab: Laboratory, name: str) -> None:
    """Puts one input in, again and again until it is accepted."""
    assert any(scenario.offer(lab, name) for _ in range(OFFERS)), f"{name} was not accepted in {OFFERS} offers"


def at_rest(scenario: Scenario, lab: Laboratory) -> Outcome:
    """What has come of it all once schedules and an operator had their time."""
    lab.let_pass(seconds=scenario.heals_within.total_seconds())
    for _ in range(REDRIVES):
        letters = lab.dead_letters()
        if not letters:
            break
        scenario.redrive(lab, letters)
    return scenario.outcome(lab)


def undisturbed(kind: type[Scenario]) -> tuple[Outcome, tuple[str, ...]]:
    """What comes of the inputs without any fault, and the calls on AWS that it takes."""
    outcome, calls, _ = _undisturbed(kind)
    return outcome, calls


def rings_undisturbed(kind: type[Scenario]) -> frozenset[tuple[str, str]]:
    """What rings without any fault, over what the scenario itself has planted."""
    _, _, rings = _undisturbed(kind)
    return rings


def with_faults(kind: type[Scenario], *faults: Fault, turbulence: Turbulence | None = None) -> Outcome:
    """What comes of the inputs when the functions' calls meet the faults; each must have struck."""
    scenario = kind()
    with laboratory(scenario.system, scenario.secrets, turbulence) as lab:
        lab.wire.faults += faults
        outcome = run(scenario, lab)
        assert all(fault.hits for fault in faults)
        return outcome


@cache
def _undisturbed(kind: type[Scenario]) -> tuple[Outcome, tuple[str, ...], frozenset[tuple[str, str]]]:
    scenario = kind()
    with laboratory(scenario.system, scenario.secrets) as lab:
        outcome = run(scenario, lab)
        assert outcome.most_copies <= 1
        return outcome, tuple(lab.wire.calls), frozenset(lab.rings())


def through_outage(kind: type[Scenario], effect: Effect, operation: Operation) -> tuple[Outcome, set[tuple[str, str]]]:
    """What comes of the inputs when the operation meets the effect for 15 minutes, and what rings for that reason.

    Inputs that were not accepted are offered again after it.
    """
    scenario = kind()
    with laboratory(scenario.system, scenario.secrets) as lab:
        scenario.prepare(lab)
        fault = Fault(effect, operation, always)
        lab.wire.faults.append(fault)
        refused = offer_each_once(scenario, lab)
        lab.let_pass(minutes=15)
        assert fault.hits
        rings = lab.rings() - rings_undisturbed(kind)
        fault.turn = first(0)
        offer_all(scenario, lab, refused)
        return at_rest(scenario, lab), rings


def telling(calls: Sequence[str], *, also_last: bool = True) -> Iterable[tuple[int, str]]:
    """Numbers, from 1, and operations of the calls: of those that follow the same call, the first and perhaps the last.

    Between them a system does the same over and over, for its next input or its next shard.
    """
    alike: dict[tuple[str, str], list[int]] = {}
    for number, pair in enumerate(pairwise(["", *calls]), start=1):
        alike.setdefault(pair, []).append(number)
    ends = (0, -1) if also_last else (0,)
    return sorted({(numbers[end], pair[1]) for pair, numbers in alike.items() for end in ends})
