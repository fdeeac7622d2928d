"""Somebody hears of dead letters."""

from collections.abc import Iterator

from policies.framework.rule import Finding, Resource, Severity, Stack, StackRule
from policies.relations.alarms import DEPTH, has_alarm, is_watched, no_alarm
from policies.relations.queues import QUEUE, redrive_allowed, sources


def check(queue: Resource, stack: Stack) -> Iterator[Finding]:
    """A finding where a queue that others redrive into, or that says who may, has no alarm on its depth."""
    if not is_watched(stack) or not (redrive_allowed(queue, stack) or any(sources(queue, stack))):
        return
    if not has_alarm(stack, DEPTH, "QueueName", queue):
        yield no_alarm(DEPTH, "what failed lies there until it is too old, and nobody knows")


RULE = StackRule(
    __name__,
    description="Where there are alarms, one looks at the depth of every dead-letter queue.",
    severity=Severity.MEDIUM,
    documentation="https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/dead-letter-queues-alarms-cloudwatch.html",
    types=[QUEUE],
    check=check,
)
