"""A dead-letter queue keeps messages at least as long as its source."""

from collections.abc import Iterator

from policies.framework.rule import Finding, Resource, Severity, Stack, StackRule
from policies.relations.queues import QUEUE, sources

# Four days, where nothing is said.
DEFAULT = 345_600


def check(queue: Resource, stack: Stack) -> Iterator[Finding]:
    """A finding for each source that keeps messages longer than the queue."""
    keeps = queue.read("messageRetentionSeconds") or DEFAULT
    for source in sources(queue, stack):
        longer = source.read("messageRetentionSeconds") or DEFAULT
        if longer > keeps:
            yield Finding(
                name=f"shorter than {source.name}",
                found=f"it keeps messages for {keeps} s, and its source {source.name} for {longer} s",
                why="a message's age counts from when it was first sent: it may be gone as it arrives",
                repair="Keep them at least as long; 1209600 s is the longest.",
            )


RULE = StackRule(
    __name__,
    description="A dead-letter queue keeps messages no shorter than its source queue.",
    severity=Severity.MEDIUM,
    documentation="https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html",
    types=[QUEUE],
    check=check,
)
