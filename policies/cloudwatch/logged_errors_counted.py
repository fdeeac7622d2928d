"""Errors that functions log are counted."""

from collections.abc import Iterator

from policies.framework.knob import Knob
from policies.framework.rule import Finding, Resource, Severity, Stack, StackRule
from policies.relations.alarms import is_watched
from policies.relations.functions import FUNCTION, log_group_name

FILTER = "aws:cloudwatch/logMetricFilter:LogMetricFilter"
WORDS = Knob(
    name="words",
    default=["ERROR", "Exception"],
    description="What a metric filter's pattern must look for, each in every function's log group.",
    schema={"type": "array", "items": {"type": "string"}},
)


def check(function: Resource, stack: Stack) -> Iterator[Finding]:
    """A finding for each word that no metric filter of the function's log group looks for."""
    if not is_watched(stack):
        return
    group = log_group_name(function)
    patterns = [str(each.read("pattern")) for each in stack.of(FILTER) if each.read("logGroupName") == group]
    for word in function.setting(WORDS):
        if not any(word in pattern for pattern in patterns):
            yield Finding(
                name=f"no filter for {word}",
                found=f"no metric filter of `{group}` looks for {word}",
                why="what it logs but survives is in no metric",
                repair="Add a LogMetricFilter, and an alarm on its metric.",
            )


RULE = StackRule(
    __name__,
    description="Where there are alarms, metric filters count the errors in every function's log group.",
    severity=Severity.LOW,
    documentation="https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/MonitoringPolicyExamples.html",
    types=[FUNCTION],
    knobs=[WORDS],
    check=check,
)
