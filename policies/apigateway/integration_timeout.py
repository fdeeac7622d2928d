"""An API waits as long as its function runs."""

from collections.abc import Iterator

from policies.framework.knob import Knob
from policies.framework.rule import Finding, Resource, Severity, Stack, StackRule
from policies.relations.integrations import INTEGRATION, function_of, never_waits

# What API Gateway takes where nothing is said, in ms, and Lambda, in s.
WAITS, RUNS = 29_000, 3
ANSWERS_WITHIN = Knob(
    name="answersWithin",
    default="ANSWERS_WITHIN_SECONDS",
    description="The variable by which a function is told in how many seconds to answer whoever waits.",
    schema={"type": "string"},
)


def check(integration: Resource, stack: Stack) -> Iterator[Finding]:
    """A finding where a function that is waited for may run longer than the integration waits, and is not told so.

    Looks at integrations whose function is in the stack.
    """
    if never_waits(integration):
        return
    function = function_of(integration, stack)
    if function is None:
        return
    waits = integration.read("timeoutMilliseconds") or WAITS
    runs = 1_000 * (function.read("timeout") or RUNS)
    if runs > waits and (told := function.read(f"environment.variables.{integration.setting(ANSWERS_WITHIN)}")):
        runs = 1_000 * int(told)
    if runs > waits:
        yield Finding(
            name=f"{runs} ms of {waits} ms",
            found=f"{function.name} may run {runs} ms, and it waits {waits} ms",
            why="the caller is told that it failed while it goes on, and tries again",
            repair="Lower the function's timeout, invoke it asynchronously, or have it answer in time, told how soon.",
        )


RULE = StackRule(
    __name__,
    description="A REST API waits for a function at least as long as the function may run.",
    severity=Severity.MEDIUM,
    documentation="https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html",
    types=[INTEGRATION],
    knobs=[ANSWERS_WITHIN],
    check=check,
)
