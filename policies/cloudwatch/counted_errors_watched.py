"""Somebody hears of what metric filters count."""

from collections.abc import Iterator

from policies.framework.rule import Finding, Resource, Severity, Stack, StackRule
from policies.relations.alarms import ALARM, is_watched, no_alarm

METRIC, NAMESPACE = "metricTransformation.name", "metricTransformation.namespace"


def check(counting: Resource, stack: Stack) -> Iterator[Finding]:
    """A finding where no alarm looks at the filter's metric."""
    if not is_watched(stack):
        return
    metric = counting.read(METRIC), counting.read(NAMESPACE)
    if not any((alarm.read("metricName"), alarm.read("namespace")) == metric for alarm in stack.of(ALARM)):
        yield no_alarm(str(metric[0]), "it is counted, and nobody looks")


RULE = StackRule(
    __name__,
    description="Where there are alarms, one looks at every metric filter's metric.",
    severity=Severity.LOW,
    documentation="https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/MonitoringLogData.html",
    types=["aws:cloudwatch/logMetricFilter:LogMetricFilter"],
    check=check,
)
