"""A rule, what it finds, and its verdict on one resource."""

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum
from typing import Final

from pulumi_policy import Severity

from policies.framework.resource import Resource, UnknownPropertyError

__all__ = ["Finding", "Resource", "Rule", "Severity", "State", "Verdict"]


@dataclass(frozen=True)
class Finding:
    """One way in which a resource fails a rule.

    `name` is stable and narrow, so that just this one can be named elsewhere; the others make the message: what was
    found, why it matters in a few words, and how to repair it.
    """

    name: str
    found: str
    why: str
    repair: str


class State(Enum):
    """What a rule has to say of a resource."""

    COMPLIANT = "compliant"
    NON_COMPLIANT = "non-compliant"
    NOT_APPLICABLE = "not applicable"
    DEFERRED = "deferred"


@dataclass(frozen=True)
class Verdict:
    """The state, every finding, and every property that was read and is not known yet."""

    state: State
    findings: tuple[Finding, ...] = ()
    unknown: tuple[str, ...] = ()


class Rule:
    """One question asked of every resource of some types.

    Args:
        module: the `__name__` of the rule's file, which names the rule: `policies.lambda_.arm64_only` is
            `lambda-arm64-only`.
        description: one sentence that says what holds when the rule passes.
        severity: how much harm a violation can do. The enforcement level is mandatory whatever the severity.
        documentation: the AWS page that the rule follows.
        types: the resource types it looks at, like `aws:lambda/function:Function`; others are not applicable.
        check: yields the findings on one resource, reading it through `Resource`.
    """

    def __init__(
        self,
        module: str,
        *,
        description: str,
        severity: Severity,
        documentation: str,
        types: Iterable[str],
        check: Callable[[Resource], Iterable[Finding]],
    ) -> None:
        service, file = module.split(".")[-2:]
        self.name: Final = f"{service.strip('_')}-{file}".replace("_", "-")
        self.description: Final = description
        self.severity: Final = severity
        self.documentation: Final = documentation
        self.types: Final = frozenset(types)
        self._check = check

    def evaluate(self, resource: Resource) -> Verdict:
        """The verdict; findings outrank unknown properties, and both are kept. Raises whatever the check raises."""
        if resource.type not in self.types:
            return Verdict(State.NOT_APPLICABLE)
        findings: list[Finding] = []
        with suppress(UnknownPropertyError):  # The resource has recorded it.
            findings.extend(self._check(resource))
        state = State.COMPLIANT
        if findings:
            state = State.NON_COMPLIANT
        elif resource.unknown:
            state = State.DEFERRED
        return Verdict(state, tuple(findings), tuple(resource.unknown))
