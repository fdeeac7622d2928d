"""What watches a resource: the alarms on its metrics."""

from collections.abc import Iterator
from typing import Final

from policies.framework.resource import Resource
from policies.framework.rule import Finding
from policies.framework.stack import Stack

ALARM: Final = "aws:cloudwatch/metricAlarm:MetricAlarm"
# Of a queue.
DEPTH: Final = "ApproximateNumberOfMessagesVisible"


def is_watched(stack: Stack) -> bool:
    """Whether what watches a resource should be in the stack: it has alarms, or is several projects' state joined.

    One project's alarms may all be in another.
    """
    if any(stack.of(ALARM)):
        return True
    projects = {each.urn.partition("::")[2].partition("::")[0] for each in stack.resources}
    return len(projects) > 1


def has_alarm(stack: Stack, metric: str, dimension: str, subject: Resource) -> bool:
    """Whether an alarm looks at a metric, one of whose dimensions is the subject."""
    return any(
        alarm.read(f"{at}metricName") == metric and stack.names(alarm, f"{at}dimensions.{dimension}", subject)
        for alarm in stack.of(ALARM)
        for at in _metrics(alarm)
    )


def no_alarm(metric: str, why: str) -> Finding:
    """The finding that no alarm looks at a metric of a resource."""
    return Finding(f"no alarm on {metric}", f"no alarm looks at its metric {metric}", why, "Add one, with an action.")


def _metrics(alarm: Resource) -> Iterator[str]:
    """Where the alarm may name a metric: in itself, or in each of several that it computes with."""
    yield ""
    for number in range(len(alarm.read("metricQueries") or [])):
        yield f"metricQueries.{number}.metric."
