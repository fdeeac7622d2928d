"""Logs end."""

from collections.abc import Iterator

from policies.framework.property import wrong
from policies.framework.rule import Finding, Resource, ResourceRule, Severity


def check(group: Resource) -> Iterator[Finding]:
    """A finding unless the group says how many days it keeps; absent and 0 mean for ever."""
    if not (found := group.read("retentionInDays")):
        why = "it is paid for, and whatever personal data it holds is kept, for ever"
        yield wrong("retentionInDays", found, why, "Say how many days.")


RULE = ResourceRule(
    __name__,
    description="A log group has a retention.",
    severity=Severity.LOW,
    documentation="https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/Working-with-log-groups-and-streams.html",
    controls=["Serverless-CloudWatchLogGroupRetentionPeriod"],
    types=["aws:cloudwatch/logGroup:LogGroup"],
    check=check,
)
