"""Services that write to a queue may use its key."""

from collections.abc import Iterator

from policies.framework.rule import Finding, Resource, Severity, Stack, StackRule
from policies.relations.documents import allowed
from policies.relations.queues import QUEUE

AWS_MANAGED = "alias/aws/sqs"
# They encrypt in their own name, and AWS's key lets no service use it.
SERVICES = ("events.amazonaws.com", "sns.amazonaws.com", "s3.amazonaws.com")


def check(queue: Resource, stack: Stack) -> Iterator[Finding]:
    """A finding where a policy lets a service send to a queue under AWS's own key."""
    if AWS_MANAGED not in (queue.read("kmsMasterKeyId") or ""):
        return
    for policy in (queue, *stack.naming(queue, "aws:sqs/queuePolicy:QueuePolicy", "queueUrl")):
        for _, statement in allowed(policy):
            for _, name in statement.principals:
                if name in SERVICES:
                    yield Finding(
                        name=f"{name} under {AWS_MANAGED}",
                        found=f"{name} is to send to it, and its key is {AWS_MANAGED}",
                        why="that key lets no service use it: whatever is sent is dropped without a word",
                        repair="Use SQS's own encryption, or a key of yours whose policy lets the service use it.",
                    )


RULE = StackRule(
    __name__,
    description="A queue that EventBridge, SNS or S3 writes to is not under the key that AWS manages.",
    severity=Severity.HIGH,
    documentation="https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html",
    types=[QUEUE],
    check=check,
)
