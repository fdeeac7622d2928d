"""Alarms tell somebody."""

from collections.abc import Iterator

from policies.framework.property import wrong
from policies.framework.rule import Finding, Resource, ResourceRule, Severity


def check(alarm: Resource) -> Iterator[Finding]:
    """A finding where an alarm has no action, or its actions are off."""
    if not alarm.read("alarmActions"):
        yield wrong("alarmActions", None, "it rings where nobody is", "Name a topic.")
    if alarm.read("actionsEnabled") is False:
        yield wrong("actionsEnabled", False, "it rings where nobody is", "Remove it, or set it to true.")


RULE = ResourceRule(
    __name__,
    description="A CloudWatch alarm has an action, which is enabled.",
    severity=Severity.MEDIUM,
    documentation="https://docs.aws.amazon.com/securityhub/latest/userguide/cloudwatch-controls.html",
    types=["aws:cloudwatch/metricAlarm:MetricAlarm"],
    check=check,
)
