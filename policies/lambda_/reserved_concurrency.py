"""Functions reserve their concurrency."""

from collections.abc import Iterator

from policies.framework.knob import Knob
from policies.framework.property import wrong
from policies.framework.rule import Finding, Resource, Severity, Stack, StackRule
from policies.relations.functions import FUNCTION, reservation

REQUIRED = Knob(
    name="required",
    default=False,
    description="Whether every function must reserve. Otherwise a stack may reserve for none of its functions, as an "
    "account needs whose quota is too small; but not for some alone.",
    schema={"type": "boolean"},
)
STOPPED: Knob[list[str]] = Knob(
    name="stopped",
    default=[],
    description="Names of functions that reserve 0 on purpose, so that they never run.",
    schema={"type": "array", "items": {"type": "string"}},
)
PATH = "reservedConcurrentExecutions"


def check(function: Resource, stack: Stack) -> Iterator[Finding]:
    """A finding where a function does not reserve although it must or others of its stack do, or reserves 0."""
    reserved = reservation(function)
    others_do = any(reservation(each) is not None for each in stack.of(FUNCTION))
    if reserved is None and (function.setting(REQUIRED) or others_do):
        yield wrong(PATH, None, "what is left for it depends on what all others do", "Reserve what it needs at most.")
    if reserved == 0 and function.read("name") not in function.setting(STOPPED):
        yield wrong(
            PATH, 0, "the function can never run", "Reserve what it needs at most, or say that it is `stopped`."
        )


RULE = StackRule(
    __name__,
    description="All functions of a stack reserve their concurrency, or none does.",
    severity=Severity.MEDIUM,
    documentation="https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html",
    types=[FUNCTION],
    knobs=[REQUIRED, STOPPED],
    check=check,
)
