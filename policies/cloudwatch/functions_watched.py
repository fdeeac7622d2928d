"""Somebody hears of functions that fail, are throttled, or fall behind."""

from collections.abc import Iterator

from policies.framework.rule import Finding, Resource, Severity, Stack, StackRule
from policies.relations.alarms import has_alarm, is_watched, no_alarm
from policies.relations.functions import FUNCTION, MAPPING, is_stream

REASONS = {
    "Errors": "it fails, and nobody knows",
    "Throttles": "its events wait or are refused, and nobody knows",
}
LAG, WHY_LAG = "IteratorAge", "it falls behind until the stream forgets what it has not read"


def check(function: Resource, stack: Stack) -> Iterator[Finding]:
    """A finding for each of errors, throttles and, where a stream feeds it, iterator age that no alarm looks at."""
    if not is_watched(stack):
        return
    reads_stream = any(is_stream(mapping) for mapping in stack.naming(function, MAPPING, "functionName"))
    for metric, why in {**REASONS, **({LAG: WHY_LAG} if reads_stream else {})}.items():
        if not has_alarm(stack, metric, "FunctionName", function):
            yield no_alarm(metric, why)


RULE = StackRule(
    __name__,
    description="Where there are alarms, some look at every function's errors, throttles and iterator age.",
    severity=Severity.MEDIUM,
    documentation="https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html",
    types=[FUNCTION],
    check=check,
)
