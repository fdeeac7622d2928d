"""A function has a role of its own."""

from collections.abc import Iterator

from policies.framework.rule import Finding, Resource, Severity, Stack, StackRule
from policies.relations.functions import FUNCTION


def check(function: Resource, stack: Stack) -> Iterator[Finding]:
    """A finding where another function of the stack has the same role."""
    role = function.read("role")
    if sharers := [each.name for each in stack.of(FUNCTION) if each is not function and each.read("role") == role]:
        yield Finding(
            name="shared role",
            found=f"it shares its role with {', '.join(sharers)}",
            why="each of them has the rights of all",
            repair="Make a role for each function.",
        )


RULE = StackRule(
    __name__,
    description="No two Lambda functions of a stack share a role.",
    severity=Severity.HIGH,
    documentation="https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html",
    types=[FUNCTION],
    check=check,
)
