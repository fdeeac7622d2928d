"""What functions reserve fits the account."""

from collections.abc import Iterator

from policies.framework.knob import Knob
from policies.framework.rule import Finding, Resource, Severity, Stack, StackRule
from policies.relations.functions import FUNCTION, reservation

QUOTA = Knob(
    name="quota",
    default=1_000,
    description="How many executions the account may run at once.",
    schema={"type": "integer", "minimum": 10},
)
# AWS lets nobody reserve them.
KEPT_BY_AWS = 100


def check(function: Resource, stack: Stack) -> Iterator[Finding]:
    """A finding for the function whose reservation is too much, counted in the order of the stack's functions."""
    functions = list(stack.of(FUNCTION))
    reserved = sum(reservation(each) or 0 for each in functions[: functions.index(function) + 1])
    limit = int(function.setting(QUOTA)) - KEPT_BY_AWS
    if reserved > limit and reservation(function):
        yield Finding(
            name=f"{reserved} reserved",
            found=f"with it the stack's functions reserve {reserved}, and the account has {limit} to reserve",
            why="the deployment would fail half way",
            repair="Lower the reservations, or have the quota raised and set the rule's `quota`.",
        )


RULE = StackRule(
    __name__,
    description="The reservations of a stack's functions fit the account's quota, less what AWS keeps.",
    severity=Severity.MEDIUM,
    documentation="https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html",
    types=[FUNCTION],
    knobs=[QUOTA],
    check=check,
)
