"""Lambda functions: what they may use, what they must never do, and what makes them run."""

from collections.abc import Iterator
from dataclasses import dataclass

from shared.model.case import snake_case
from shared.model.concurrency import check_consumer, check_reservation
from shared.model.denial import Denial
from shared.model.duration import days, minutes
from shared.model.key import Key
from shared.model.queue import DeadLetterQueue
from shared.model.role import Role
from shared.model.topic import Topic
from shared.model.trigger import OnEvent, OnLogs, OnObjectCreated, OnQueue, OnSchedule, OnStream, Rule, Trigger
from shared.model.use import Access, Use


@dataclass(frozen=True, slots=True, kw_only=True)
class AsynchronousRetries:
    """How long Lambda tries an asynchronous invocation before it goes to the failure queue; the age is seconds."""

    attempts: int = 2
    maximum_event_age: int = minutes(60)


@dataclass(frozen=True, slots=True)
class Function:
    """A function on arm64; its code is the module of the system's folder that bears its name in snake case.

    `timeout` is seconds. `reserved_concurrency` both limits and guarantees; the settings can lower or unset it.
    `environment_key` encrypts its variables at rest, in Lambda's own key's stead. `denies` win over every grant.
    `asynchronous` says that a route invokes it without waiting; `on_success` gets what such an invocation returns.
    `failure_retention` is the seconds for which failed invocations and records are kept.
    `answers_within` is the seconds in which it takes care to answer a route, which can't wait as long as its timeout.
    """

    name: str
    timeout: int
    memory_mb: int = 512
    reserved_concurrency: int = 20
    uses: tuple[Use, ...] = ()
    triggers: tuple[Trigger, ...] = ()
    asynchronous_retries: AsynchronousRetries = AsynchronousRetries()
    environment_key: Key | None = None
    denies: tuple[Denial, ...] = ()
    asynchronous: bool = False
    on_success: Topic | None = None
    failure_retention: int = days(14)
    answers_within: int | None = None

    def __post_init__(self) -> None:
        for trigger in self.queues:
            check_consumer(self.name, self.timeout, trigger)
        check_reservation(self.name, self.triggers, self.reserved_concurrency)

    @property
    def module(self) -> str:
        return snake_case(self.name)

    @property
    def role(self) -> Role:
        return Role(self.name)

    @property
    def streams(self) -> Iterator[OnStream]:
        return (trigger for trigger in self.triggers if isinstance(trigger, OnStream))

    @property
    def queues(self) -> Iterator[OnQueue]:
        return (trigger for trigger in self.triggers if isinstance(trigger, OnQueue))

    @property
    def schedules(self) -> Iterator[OnSchedule]:
        return (trigger for trigger in self.triggers if isinstance(trigger, OnSchedule))

    @property
    def rules(self) -> Iterator[Rule]:
        return (trigger for trigger in self.triggers if isinstance(trigger, OnSchedule | OnEvent))

    @property
    def object_triggers(self) -> Iterator[OnObjectCreated]:
        return (trigger for trigger in self.triggers if isinstance(trigger, OnObjectCreated))

    @property
    def log_triggers(self) -> Iterator[OnLogs]:
        return (trigger for trigger in self.triggers if isinstance(trigger, OnLogs))

    @property
    def is_invoked_asynchronously(self) -> bool:
        return self.asynchronous or any(not isinstance(trigger, OnStream | OnQueue) for trigger in self.triggers)

    @property
    def failure_queue(self) -> DeadLetterQueue | None:
        """Where asynchronous invocations go that failed to the last; None where nothing invokes asynchronously."""
        if not self.is_invoked_asynchronously:
            return None
        return DeadLetterQueue(name=f"{self.name}-failures", retention=self.failure_retention)

    @property
    def stream_failure_queue(self) -> DeadLetterQueue | None:
        """Where stream records go that failed to the last; None where no stream feeds the function."""
        if not any(self.streams):
            return None
        return DeadLetterQueue(name=f"{self.name}-stream-dlq", retention=self.failure_retention)

    @property
    def failure_queues(self) -> tuple[DeadLetterQueue, ...]:
        """Every queue that Lambda sends to in the function's name."""
        return tuple(queue for queue in (self.failure_queue, self.stream_failure_queue) if queue)

    @property
    def accesses(self) -> tuple[Use, ...]:
        """All that the function's role must be granted: what it uses, and what its triggers and failures need."""
        streams = tuple(Use(Access.READS_STREAM, trigger.table) for trigger in self.streams)
        queues = tuple(Use(Access.RECEIVES, trigger.queue) for trigger in self.queues)
        successes = (Use(Access.PUBLISHES, self.on_success),) if self.on_success else ()
        return (
            self.uses + successes + streams + queues + tuple(Use(Access.SENDS, queue) for queue in self.failure_queues)
        )
