"""Queues are encrypted."""

from collections.abc import Iterator

from policies.framework.property import wrong
from policies.framework.rule import Finding, Resource, ResourceRule, Severity


def check(queue: Resource) -> Iterator[Finding]:
    """A finding unless the queue is under a KMS key or SQS's own."""
    managed = queue.read("sqsManagedSseEnabled")
    if not queue.read("kmsMasterKeyId") and managed is not True:
        why = "messages are stored as they are"
        yield wrong("sqsManagedSseEnabled", managed, why, "Set it to true, or name a key in `kmsMasterKeyId`.")


RULE = ResourceRule(
    __name__,
    description="An SQS queue is encrypted at rest, and says so.",
    severity=Severity.HIGH,
    documentation="https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-server-side-encryption.html",
    controls=["SQS.1"],
    types=["aws:sqs/queue:Queue"],
    check=check,
)
