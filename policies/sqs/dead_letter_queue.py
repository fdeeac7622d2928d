"""A source queue has a dead-letter queue."""

from collections.abc import Iterator

from policies.framework.knob import Knob
from policies.framework.property import wrong
from policies.framework.rule import Finding, Resource, Severity, Stack, StackRule
from policies.relations.queues import QUEUE, redrive, redrive_allowed

RECEIVES = Knob(
    name="maxReceiveCount",
    default=3,
    description="After how many receives a message counts as poison.",
    schema={"type": "integer", "minimum": 1, "maximum": 1000},
)


def check(queue: Resource, stack: Stack) -> Iterator[Finding]:
    """A finding where a queue has neither a dead-letter queue nor, as one itself, a word on who redrives into it.

    Another for a receive count that is not the project's.
    """
    policy = redrive(queue, stack)
    if not policy.get("deadLetterTargetArn"):
        if not redrive_allowed(queue, stack):
            why = "a message that can't be processed comes again until it is too old, and then is gone"
            repair = "Add one with its target; or a redrive allow policy, if it is a dead-letter queue itself."
            yield wrong("redrivePolicy", None, why, repair)
        return
    receives = int(queue.setting(RECEIVES))
    if (found := policy.get("maxReceiveCount")) not in (receives, str(receives)):
        why = "too few give up what a retry would heal, too many hold up the others"
        yield wrong("redrivePolicy.maxReceiveCount", found, why, f"Set it to {receives}.")


RULE = StackRule(
    __name__,
    description="A source queue has a dead-letter queue, after the project's number of receives.",
    severity=Severity.HIGH,
    documentation="https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html",
    controls=["AwsSolutions-SQS3", "Serverless-SQSRedrivePolicy"],
    types=[QUEUE],
    knobs=[RECEIVES],
    check=check,
)
