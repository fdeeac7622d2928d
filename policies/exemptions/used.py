"""An exemption that tolerates nothing is removed."""

from collections.abc import Iterator

from policies.framework.exemptions import TYPE
from policies.framework.rule import Finding, Resource, Severity, Stack, StackRule


def check(component: Resource, stack: Stack) -> Iterator[Finding]:
    """A finding where the exemption covers no finding of any rule."""
    if stack.is_unused(component.urn):
        yield Finding(
            "unused",
            "it covers no finding",
            "it would hide the next one in silence; or it was registered after its resource, and came too late",
            "Remove it, or let the resource depend on it.",
        )


RULE = StackRule(
    __name__,
    description="An exemption covers a finding that is there.",
    severity=Severity.MEDIUM,
    documentation="https://docs.aws.amazon.com/wellarchitected/latest/security-pillar/sec_securely_operate_control_objectives.html",
    types=[TYPE],
    check=check,
)
