"""A rule, what it finds, and its verdict on one resource."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final, NotRequired, TypedDict, Unpack

from pulumi_policy import Severity

from policies.framework.knob import Knob
from policies.framework.resource import Resource, UnknownPropertyError
from policies.framework.stack import Stack

__all__ = [
    "Finding",
    "Knob",
    "Resource",
    "ResourceRule",
    "Rule",
    "Severity",
    "Stack",
    "StackRule",
    "State",
    "Verdict",
]

Remediation = Callable[[Resource], Mapping[str, Any]]


class Description(TypedDict):
    """What a file says of its rule."""

    description: str
    severity: Severity
    documentation: str
    controls: NotRequired[Iterable[str]]
    types: NotRequired[Iterable[str]]
    knobs: NotRequired[Iterable[Knob[Any]]]


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


class Rule(ABC):
    """One question asked of every resource of some types.

    Args:
        module: the `__name__` of the rule's file, which names the rule: `policies.lambda_.arm64_only` is
            `lambda-arm64-only`.
        description: one sentence that says what holds when the rule passes.
        severity: how much harm a violation can do. The enforcement level is mandatory whatever the severity.
        documentation: the page of AWS, or of the engine, that the rule follows.
        controls: what asks for it as well, at least in part: rules of cdk-nag, `AwsSolutions-...` or `Serverless-...`,
            and controls of AWS Foundational Security Best Practices, `SQS.1`.
        types: the resource types it looks at, like `aws:lambda/function:Function`; others are not applicable. None
            given: every resource of AWS.
        knobs: what a project may set.
    """

    def __init__(
        self,
        module: str,
        *,
        description: str,
        severity: Severity,
        documentation: str,
        controls: Iterable[str] = (),
        types: Iterable[str] = (),
        knobs: Iterable[Knob[Any]] = (),
    ) -> None:
        service, file = module.split(".")[-2:]
        self.service: Final = service.strip("_")
        self.name: Final = f"{self.service}-{file}".replace("_", "-")
        self.description: Final = description
        self.severity: Final = severity
        self.documentation: Final = documentation
        self.controls: Final = tuple(controls)
        self.types: Final = frozenset(types)
        self.knobs: Final = tuple(knobs)

    def looks_at(self, resource_type: str) -> bool:
        """Whether the rule has a question for resources of the type."""
        return resource_type in self.types if self.types else resource_type.startswith("aws:")

    @abstractmethod
    def evaluate(self, resource: Resource, stack: Stack) -> Verdict:
        """The verdict on one resource; findings outrank unknown properties, and both are kept.

        Raises whatever the rule's check raises.
        """


class ResourceRule(Rule):
    """A rule that needs nothing but the resource; the engine asks it before the resource is made.

    Args:
        check: yields the findings on one resource, reading it through `Resource`.
        remediation: the properties that repair a resource, where a project asks for that; none by default.
        others: as of `Rule`.
    """

    def __init__(
        self,
        module: str,
        *,
        check: Callable[[Resource], Iterable[Finding]],
        remediation: Remediation | None = None,
        **others: Unpack[Description],
    ) -> None:
        super().__init__(module, **others)
        self.remediation: Final = remediation
        self._check = check

    def evaluate(self, resource: Resource, stack: Stack) -> Verdict:
        """The verdict, whatever the stack."""
        if not self.looks_at(resource.type):
            return Verdict(State.NOT_APPLICABLE)
        findings: list[Finding] = []
        with suppress(UnknownPropertyError):  # The resource has recorded it.
            findings.extend(self._check(resource))
        return verdict(findings, resource.unknown)


class StackRule(Rule):
    """A rule on a resource in view of all others of its stack; the engine asks it when all are made or expected.

    Args:
        check: yields the findings on one resource.
        others: as of `Rule`.
    """

    def __init__(
        self,
        module: str,
        *,
        check: Callable[[Resource, Stack], Iterable[Finding]],
        **others: Unpack[Description],
    ) -> None:
        super().__init__(module, **others)
        self._check = check

    def evaluate(self, resource: Resource, stack: Stack) -> Verdict:
        """The verdict; properties of other resources that are unknown are listed with those resources' names."""
        if not self.looks_at(resource.type):
            return Verdict(State.NOT_APPLICABLE)
        for each in stack.resources:
            each.unknown.clear()
        findings: list[Finding] = []
        with suppress(UnknownPropertyError):
            findings.extend(self._check(resource, stack))
        others = [f"{path} of {each.name}" for each in stack.resources if each is not resource for path in each.unknown]
        return verdict(findings, [*resource.unknown, *others])


def verdict(findings: Iterable[Finding], unknown: Iterable[str]) -> Verdict:
    """What follows from findings and unknown properties: neither makes the other go away."""
    found, open_ = tuple(findings), tuple(unknown)
    state = State.NON_COMPLIANT if found else State.DEFERRED if open_ else State.COMPLIANT
    return Verdict(state, found, open_)
