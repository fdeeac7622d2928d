"""What a dead-letter queue holds, which tells who put it there and how it goes back."""

from collections.abc import Iterator
from dataclasses import dataclass

from shared.model import DeadLetterQueue, Function, Queue, Rule, System


@dataclass(frozen=True, slots=True)
class UnprocessedMessages:
    """Messages of a queue that its consumer did not process in all its receives; SQS moved them."""

    queue: DeadLetterQueue
    source: Queue


@dataclass(frozen=True, slots=True)
class FailedInvocations:
    """Lambda's records of a function's asynchronous invocations that failed to the last, each with its payload."""

    queue: DeadLetterQueue
    function: Function


@dataclass(frozen=True, slots=True)
class FailedRecords:
    """Lambda's records of where in a stream the batches stand that a function failed to the last."""

    queue: DeadLetterQueue
    function: Function


@dataclass(frozen=True, slots=True)
class UndeliveredEvents:
    """Events that EventBridge could not deliver to a rule's function."""

    queue: DeadLetterQueue
    function: Function
    rule: Rule


DeadLetters = UnprocessedMessages | FailedInvocations | FailedRecords | UndeliveredEvents


def dead_letters(system: System) -> Iterator[DeadLetters]:
    """What the system's dead-letter queues hold, in the order in which the system lists these."""
    for source in system.queues:
        yield UnprocessedMessages(source.dead_letter_queue, source)
    for function in system.functions:
        if function.failure_queue:
            yield FailedInvocations(function.failure_queue, function)
        if function.stream_failure_queue:
            yield FailedRecords(function.stream_failure_queue, function)
    for function in system.functions:
        yield from (UndeliveredEvents(rule.dead_letter_queue, function, rule) for rule in function.rules)
