"""Queues are reached over TLS alone."""

from collections.abc import Iterator

from policies.framework.rule import Finding, Resource, Severity, Stack, StackRule
from policies.relations.queues import QUEUE
from policies.relations.tls import check_tls_only


def check(queue: Resource, stack: Stack) -> Iterator[Finding]:
    """A finding unless a policy denies the queue's every action without TLS."""
    return check_tls_only(
        queue,
        stack,
        policy_type="aws:sqs/queuePolicy:QueuePolicy",
        reference="queueUrl",
        actions=["sqs:*"],
        parts=[""],
    )


RULE = StackRule(
    __name__,
    description="An SQS queue's policy denies everything that does not come over TLS.",
    severity=Severity.HIGH,
    documentation="https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-security-best-practices.html",
    controls=["AwsSolutions-SQS4"],
    types=[QUEUE],
    check=check,
)
