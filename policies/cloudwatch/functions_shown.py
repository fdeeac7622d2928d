"""Functions are on a dashboard."""

from collections.abc import Iterator

from policies.framework.rule import Finding, Resource, Severity, Stack, StackRule
from policies.relations.alarms import is_watched
from policies.relations.functions import FUNCTION

DASHBOARD = "aws:cloudwatch/dashboard:Dashboard"


def check(function: Resource, stack: Stack) -> Iterator[Finding]:
    """A finding where no dashboard shows a metric of the function."""
    if not is_watched(stack):
        return
    name = f'"{function.read("name")}"'
    if not any(name in each.read("dashboardBody") for each in stack.of(DASHBOARD)):
        yield Finding(
            name="on no dashboard",
            found="no dashboard has a metric of it",
            why="whoever an alarm wakes has to gather what happened",
            repair="Add a widget with its metrics to its system's dashboard.",
        )


RULE = StackRule(
    __name__,
    description="Where there are alarms, a dashboard shows every function.",
    severity=Severity.LOW,
    documentation="https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Dashboards.html",
    types=[FUNCTION],
    check=check,
)
