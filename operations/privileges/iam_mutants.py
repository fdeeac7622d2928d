"""`iam-mutants`: takes every grant from every function's role, one at a time, and shows which removals break it."""

import json
import time
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

from local.target import is_embedded
from operations.display import show_table
from operations.privileges.exercise import ExerciseMaker, Flow, exercise_maker, flows_of
from operations.privileges.mutant import Mutant, mutants
from operations.privileges.unenforced import why_not_enforced
from operations.problem import OperationError
from operations.pulumi_command import PulumiCommand
from shared.model import Function, System

# Systems that are tried side by side: more would keep a small machine so busy that waiting tells nothing.
AT_ONCE = 3


@dataclass(frozen=True, slots=True)
class Trial:
    """A grant that was taken away, what broke without it, and why nothing should have, where that is known."""

    function: str
    mutant: Mutant
    broken: tuple[str, ...]
    known: str | None
    seconds: float

    @property
    def surprising(self) -> bool:
        """Nothing broke although it should have, or something did although it is known not to."""
        return bool(self.broken) == bool(self.known)

    @property
    def row(self) -> tuple[str, ...]:
        """The trial for a table."""
        names = " ".join(resource.split(":", 5)[-1] for resource in self.mutant.resources)
        said = "; ".join(self.broken) or self.known or "NOTHING BROKE, and no reason is known"
        verdict = "enforced" if self.broken else "not enforced"
        stale = f" (said to be unenforced: {self.known})" if self.broken and self.known else ""
        return self.function, " ".join(self.mutant.actions), names, verdict, said + stale, f"{self.seconds:.1f} s"


def iam_mutants(pulumi: PulumiCommand) -> None:
    """Shows all trials; OperationError where a removal broke nothing and no reason for that is known."""
    environment = pulumi.target.environment
    if not is_embedded(environment):
        raise OperationError(
            f"'{environment}' is not on this machine: roles are only broken in embedded environments, such as local"
        )
    makers = list(_makers(pulumi.target.systems))
    # Most of the time is waiting in vain for what a missing grant prevents, and no system meets another.
    with ThreadPoolExecutor(AT_ONCE) as pool:
        running = [pool.submit(_all_of_system, pulumi, system, maker) for system, maker in makers]
        trials = [trial for of_system in running for trial in of_system.result()]
    columns = ("function", "removed", "of", "verdict", "what broke, or why nothing did", "took")
    show_table(f"grants removed in '{environment}', one at a time", columns, (trial.row for trial in trials))
    enforced = sum(bool(trial.broken) for trial in trials)
    print(f"{enforced} of {len(trials)} removals were enforced; the others have the reasons above")
    if surprising := sum(trial.surprising for trial in trials):
        raise OperationError(
            f"{surprising} trials are not as operations/privileges/unenforced.py says: "
            "exercise the grant in the system's flow, or write down why nothing needs it here"
        )


def _makers(systems: Iterable[System]) -> Iterator[tuple[System, ExerciseMaker]]:
    """Of the systems that have an exercise; the others are said not to be tried, and why."""
    for system in systems:
        try:
            yield system, exercise_maker(system)
        except OperationError as missing:
            print(f"not tried: {missing}", flush=True)


def _all_of_system(pulumi: PulumiCommand, system: System, maker: ExerciseMaker) -> list[Trial]:
    return list(_of_system(pulumi, system, maker))


def _of_system(pulumi: PulumiCommand, system: System, maker: ExerciseMaker) -> Iterator[Trial]:
    exercise = maker(pulumi, system)
    flows = flows_of(system, exercise)
    try:
        exercise.begin()
        for function, flow in zip(system.functions, flows, strict=True):
            yield from _of_function(pulumi, function, flow)
    finally:
        exercise.end()


def _of_function(pulumi: PulumiCommand, function: Function, flow: Flow) -> Iterator[Trial]:
    # The first run warms what is cold, and may be late for that.
    if flow() and (broken := flow()):
        raise OperationError(f"{function.name} fails with all its grants: {'; '.join(broken)}; see: just smoke")
    role = pulumi.target.naming().name(function.role)
    iam = pulumi.target.client("iam")
    for name in iam.list_role_policies(RoleName=role)["PolicyNames"]:
        document = iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]
        for mutant in mutants(document):
            mutate = partial(_policy, iam, role, name, mutant.document, document)
            trial = _tried(function, mutant, flow, mutate)
            if trial.surprising or _still_broken(trial, flow):
                # What a trial before it had set going, or a busy machine, may have been taken for its outcome.
                flow()
                trial = _tried(function, mutant, flow, mutate)
                if broken := _still_broken(trial, flow):
                    returned = " ".join(mutant.actions)
                    raise OperationError(
                        f"{function.name} still fails when it has {returned} back: {'; '.join(broken)}; see: just smoke"
                    )
            print(f"{' '.join(trial.row[:3])}: {trial.row[3]}", flush=True)
            yield trial


def _tried(
    function: Function, mutant: Mutant, flow: Flow, mutated: Callable[[], AbstractContextManager[None]]
) -> Trial:
    begun = time.monotonic()
    with mutated():
        broken = flow()
    return Trial(function.name, mutant, tuple(broken), why_not_enforced(mutant), time.monotonic() - begun)


def _still_broken(trial: Trial, flow: Flow) -> list[str]:
    """What does not happen with the whole policy either, so that nothing is known of the grant; it may be late once."""
    return flow() and flow() if trial.broken else []


@contextmanager
def _policy(iam: Any, role: str, name: str, mutated: Mapping[str, Any], whole: Mapping[str, Any]) -> Generator[None]:
    """The role has the mutated policy for a while, and the whole one afterwards, whatever happens."""
    put = {"RoleName": role, "PolicyName": name}
    if mutated["Statement"]:
        iam.put_role_policy(**put, PolicyDocument=json.dumps(mutated))
    else:
        # IAM takes no policy without a statement.
        iam.delete_role_policy(**put)
    try:
        yield
    finally:
        # As Pulumi wrote it, so that a refresh finds no difference.
        iam.put_role_policy(**put, PolicyDocument=json.dumps(whole, sort_keys=True, separators=(",", ":")))
