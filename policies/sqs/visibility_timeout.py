"""A queue hides a message as long as its consumer may need."""

from collections.abc import Iterator

from policies.framework.rule import Finding, Resource, Severity, Stack, StackRule
from policies.relations.functions import FUNCTION, MAPPING, is_queue
from policies.relations.queues import QUEUE

# What SQS and Lambda take where nothing is said.
VISIBILITY, TIMEOUT = 30, 3
TIMES = 6


def check(mapping: Resource, stack: Stack) -> Iterator[Finding]:
    """A finding where the queue's visibility timeout is below 6 times the function's timeout plus the window.

    Looks at mappings whose queue and function are in the stack.
    """
    if not is_queue(mapping):
        return
    queue = stack.named_by(mapping, "eventSourceArn", QUEUE)
    function = stack.named_by(mapping, "functionName", FUNCTION)
    if queue is None or function is None:
        return
    window = mapping.read("maximumBatchingWindowInSeconds") or 0
    wanted = TIMES * (function.read("timeout") or TIMEOUT) + window
    found = VISIBILITY if (said := queue.read("visibilityTimeoutSeconds")) is None else said
    if found < wanted:
        yield Finding(
            name=f"{found} s of {wanted} s",
            found=f"{queue.name} hides messages for {found} s, and {function.name} with its window needs {wanted} s",
            why="a message that is still being worked on comes again, and counts as failed",
            repair=f"Set `visibilityTimeoutSeconds` to at least {wanted}, or lower the function's timeout.",
        )


RULE = StackRule(
    __name__,
    description="A queue's visibility timeout is at least 6 times its consumer's timeout plus the batching window.",
    severity=Severity.MEDIUM,
    documentation="https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html",
    types=[MAPPING],
    check=check,
)
