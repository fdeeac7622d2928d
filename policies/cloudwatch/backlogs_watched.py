"""Somebody hears of messages that nobody processes."""

from collections.abc import Iterator

from policies.framework.rule import Finding, Resource, Severity, Stack, StackRule
from policies.relations.alarms import has_alarm, is_watched, no_alarm
from policies.relations.queues import QUEUE, redrive

AGE = "ApproximateAgeOfOldestMessage"


def check(queue: Resource, stack: Stack) -> Iterator[Finding]:
    """A finding where a queue that has a dead-letter queue has no alarm on the age of its oldest message."""
    if is_watched(stack) and redrive(queue, stack) and not has_alarm(stack, AGE, "QueueName", queue):
        yield no_alarm(AGE, "SQS deletes what is too old, and that is no dead letter")


RULE = StackRule(
    __name__,
    description="Where there are alarms, one looks at the age of the oldest message of every queue that is consumed.",
    severity=Severity.MEDIUM,
    documentation="https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html",
    types=[QUEUE],
    check=check,
)
