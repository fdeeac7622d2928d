"""Queue mappings stay within what their function reserves."""

from collections.abc import Iterator

from policies.framework.property import wrong
from policies.framework.rule import Finding, Resource, Severity, Stack, StackRule
from policies.relations.functions import FUNCTION, MAPPING, PERMISSION, is_queue, reservation

PATH = "scalingConfig.maximumConcurrency"
SMALLEST = 2
WHY = "messages that find no free execution are received in vain, and end in the dead-letter queue"


def check(mapping: Resource, stack: Stack) -> Iterator[Finding]:
    """A finding where a queue's mapping has no maximum, or its function's mappings together take what others need."""
    if not is_queue(mapping):
        return
    maximum = mapping.read(PATH)
    if maximum is None or maximum < SMALLEST:
        yield wrong(PATH, maximum, WHY, f"Set it, to at least {SMALLEST}.")
        return
    function = stack.named_by(mapping, "functionName", FUNCTION)
    reserved = reservation(function) if function else None
    if function is None or not reserved:
        return
    mappings = stack.naming(function, MAPPING, "functionName")
    taken = sum(each.read(PATH) or 0 for each in mappings if is_queue(each))
    has_others = any(not is_queue(each) for each in mappings) or bool(stack.naming(function, PERMISSION, "function"))
    if taken + has_others > reserved:
        room = " and leave room for its other triggers" if has_others else ""
        yield Finding(
            name=f"{taken} of {reserved}",
            found=f"the function's queues may take {taken} of the {reserved} executions that it reserves",
            why=WHY,
            repair=f"Lower `{PATH}` to fit the reservation{room}, or reserve more.",
        )


RULE = StackRule(
    __name__,
    description="A queue's mapping has a maximum concurrency that leaves room within its function's reservation.",
    severity=Severity.MEDIUM,
    documentation="https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html",
    types=[MAPPING],
    check=check,
)
