"""A system under many faults at once, all of them told by a seed; what fails is shrunk to the faults that matter."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from random import Random

from tests.faults.copies import too_many
from tests.faults.laboratory.faults import (
    Effect,
    Fault,
    KilledAfter,
    KilledBefore,
    LeftOut,
    Refused,
    ReplyLost,
    TimedOut,
    among,
)
from tests.faults.laboratory.laboratory import Laboratory, laboratory
from tests.faults.laboratory.sources.source import Turbulence
from tests.faults.running import at_rest
from tests.faults.scenarios.scenario import Outcome, Scenario


def every_second(place: int) -> bool:
    return place % 2 == 1


EFFECTS: Sequence[Effect] = (
    KilledBefore(),
    KilledAfter(),
    TimedOut(),
    ReplyLost(),
    Refused("ThrottlingException"),
    Refused("InternalServerError", 500),
    LeftOut(every_second),
)
# More calls than any campaign's faults can reach.
CALLS_AN_INPUT = 100

Plan = Mapping[int, Effect]


@dataclass(frozen=True)
class Campaign:
    """Inputs, 5% of them twice and all in disorder, and faults at that share of the calls."""

    kind: type[Scenario]
    seed: int
    inputs: tuple[str, ...]
    crashes: float = 0.05

    def plan(self) -> Plan:
        """The faults by the number of the call that they hit."""
        random = Random(self.seed)  # noqa: S311 - nothing is secret about it
        calls = range(1, CALLS_AN_INPUT * len(self.inputs))
        return {number: random.choice(EFFECTS) for number in calls if random.random() < self.crashes}

    def offers(self) -> list[str]:
        """The inputs as their senders put them in."""
        random = Random(self.seed)  # noqa: S311 - nothing is secret about it
        offered = [name for name in self.inputs for _ in range(2 if random.random() < 0.05 else 1)]
        return self.kind().disordered(offered, random)

    def outcome(self, plan: Plan) -> Outcome:
        """What comes of it."""
        return self._run(plan)[0]

    def failure(self, expected: Outcome, plan: Plan) -> str | None:
        """What is wrong with what came of it; None where all is right."""
        outcome, copied = self._run(plan)
        wrong = [*difference(outcome, expected), *copied]
        return "\n".join(sorted(wrong)[:20]) or None

    def _run(self, plan: Plan) -> tuple[Outcome, list[str]]:
        """What comes of it, and the messages that came more often than the faults excuse."""
        scenario = self.kind()
        with laboratory(scenario.system, scenario.secrets, Turbulence.seeded(self.seed)) as lab:
            scenario.prepare(lab)
            lab.wire.faults += faults_of(plan)
            self._offer_all(scenario, lab)
            lab.settle()
            lab.wire.faults.clear()
            outcome = at_rest(scenario, lab)
            copied = too_many(outcome, lab.wire.struck, lab.wire.calls)
        return outcome, copied

    def _offer_all(self, scenario: Scenario, lab: Laboratory) -> None:
        waiting = self.offers()
        tries: Counter[str] = Counter()
        while waiting:
            name = waiting.pop(0)
            tries[name] += 1
            assert tries[name] < 50, f"{name} is never accepted"
            if not scenario.offer(lab, name):
                # Its sender tries again, after others had their turn.
                waiting.append(name)
            lab.step()


def faults_of(plan: Plan) -> list[Fault]:
    """The faults of a plan."""
    return [
        Fault(effect, turn=among({number for number, other in plan.items() if other == effect}))
        for effect in dict.fromkeys(plan.values())
    ]


def shrunk(plan: Plan, fails: Callable[[Plan], bool]) -> Plan:
    """The fewest faults that still fail, as far as leaving out parts and single ones finds them."""
    left = dict(plan)
    size = max(1, len(left) // 2)
    while size:
        numbers = sorted(left)
        for start in range(0, len(numbers), size):
            without = {number: left[number] for number in left if number not in numbers[start : start + size]}
            if fails(without):
                left = without
        size //= 2
    return left


def difference(outcome: Outcome, expected: Outcome) -> list[str]:
    """What is missing, too much or other, in words."""
    lines: list[str] = []
    for what in ("state", "messages"):
        found, wanted = getattr(outcome, what), getattr(expected, what)
        lines += [f"{what} {key}: missing" for key in wanted.keys() - found.keys()]
        lines += [f"{what} {key}: too much" for key in found.keys() - wanted.keys()]
        both = wanted.keys() & found.keys()
        lines += [f"{what} {key}: {found[key]} is not {wanted[key]}" for key in both if found[key] != wanted[key]]
    return lines
