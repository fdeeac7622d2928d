"""A dead-letter queue takes from its own source alone."""

from collections.abc import Iterator

from policies.framework.property import wrong
from policies.framework.rule import Finding, Resource, Severity, Stack, StackRule
from policies.relations.queues import QUEUE, redrive, redrive_allowed, sources

PERMISSION = "redriveAllowPolicy.redrivePermission"
ARNS = "redriveAllowPolicy.sourceQueueArns"


def check(queue: Resource, stack: Stack) -> Iterator[Finding]:
    """Findings on a dead-letter queue that lets others redrive into it than just its sources.

    Without a source in the stack it is what another service writes to: it denies all, or names one queue elsewhere.
    """
    if redrive(queue, stack).get("deadLetterTargetArn"):
        return
    said, own = redrive_allowed(queue, stack), list(sources(queue, stack))
    permission = said.get("redrivePermission")
    if permission != ("byQueue" if own else "denyAll") and (own or permission != "byQueue"):
        why = "just its source may redrive into it" if own else "what failed elsewhere would lie among what failed here"
        wanted = "byQueue with its source's ARN" if own else "denyAll, or byQueue with the ARN of a source elsewhere"
        yield wrong(PERMISSION, permission, why, f"Set it to {wanted}.")
        return
    if permission == "denyAll":
        return
    arns = said.get("sourceQueueArns") or []
    if len(arns) != 1 or (own and not all(stack.is_name(arn, own[0]) for arn in arns)):
        yield wrong(ARNS, ", ".join(arns) or None, "just its source may redrive into it", "Name the source alone.")


RULE = StackRule(
    __name__,
    description="A dead-letter queue allows redrive from just its source queue, and denies it where it has none.",
    severity=Severity.MEDIUM,
    documentation="https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html",
    types=[QUEUE],
    check=check,
)
