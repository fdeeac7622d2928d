"""What makes a function run, other than a route of an API."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from shared.model.bucket import Bucket
from shared.model.duration import days, minutes
from shared.model.event_bus import EventBus
from shared.model.queue import DeadLetterQueue, Queue
from shared.model.table import KeyAttribute, Table


class StartingPosition(StrEnum):
    """Where in the stream a newly created mapping begins."""

    TRIM_HORIZON = "TRIM_HORIZON"
    LATEST = "LATEST"


@dataclass(frozen=True, slots=True, kw_only=True)
class OnStream:
    """Runs the function with batches of a table's stream records.

    Durations are seconds. `event_names` filters by INSERT, MODIFY and REMOVE, `having` by an attribute that the new
    image must have. What fails `retries` times, or grows older than `maximum_record_age`, goes to a queue of its own
    after bisection has isolated it.
    """

    table: Table
    event_names: tuple[str, ...] = ()
    having: KeyAttribute | None = None
    batch_size: int = 100
    batching_window: int = 0
    retries: int = 5
    maximum_record_age: int = days(1) - minutes(60)
    parallelization_factor: int = 1
    starting_position: StartingPosition = StartingPosition.TRIM_HORIZON


@dataclass(frozen=True, slots=True, kw_only=True)
class OnQueue:
    """Runs the function with batches of a queue's messages; those it reports as failed come again, the others are gone.

    `batching_window` is seconds; a batch of more than 10 needs one. `maximum_concurrency` is 2 to 1,000 invocations.
    """

    queue: Queue
    batch_size: int = 10
    batching_window: int = 0
    maximum_concurrency: int = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class OnSchedule:
    """Runs the function every so many seconds with a constant input.

    `every` is a whole number of minutes. What EventBridge can't deliver goes to a queue of its own.
    """

    name: str
    every: int
    input: Mapping[str, object] = field(default_factory=dict[str, object], hash=False)

    @property
    def dead_letter_queue(self) -> DeadLetterQueue:
        return DeadLetterQueue(name=f"{self.name}-dlq")


@dataclass(frozen=True, slots=True, kw_only=True)
class OnEvent:
    """Runs the function for each event on a bus that fits the pattern.

    What EventBridge can't deliver within a day goes to a queue of its own.
    """

    name: str
    bus: EventBus
    pattern: Mapping[str, object] = field(hash=False)

    @property
    def dead_letter_queue(self) -> DeadLetterQueue:
        return DeadLetterQueue(name=f"{self.name}-dlq")


@dataclass(frozen=True, slots=True, kw_only=True)
class OnObjectCreated:
    """Runs the function for each new object of a bucket whose key ends in one of the suffixes, or for all."""

    bucket: Bucket
    suffixes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OnLogs:
    """Runs the function with the log events of other functions, by their names, that fit a filter pattern."""

    name: str
    of: tuple[str, ...]
    pattern: str


Rule = OnSchedule | OnEvent
Trigger = OnStream | OnQueue | OnSchedule | OnEvent | OnObjectCreated | OnLogs
