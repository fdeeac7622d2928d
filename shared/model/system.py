"""A system: functions and APIs, and through them everything that they touch."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from shared.model.answer import check_answer
from shared.model.api import Api
from shared.model.bucket import Bucket, Objects
from shared.model.ciphertext import Ciphertext
from shared.model.duration import days
from shared.model.event_bus import EventBus
from shared.model.function import Function
from shared.model.key import Key
from shared.model.queue import DeadLetterQueue, Queue
from shared.model.secret import SecretParameter
from shared.model.table import Index, Table
from shared.model.topic import Topic
from shared.model.trigger import OnEvent, OnSchedule, Rule

Element = TypeVar("Element")


@dataclass(frozen=True, slots=True)
class System:
    """An event-driven system; its tables, queues and secrets are those that its functions use.

    `other_topics` are those that no function publishes to. `log_retention` is seconds, of whole days. `tags` are the
    system's own; where they say what every system's do, they win.
    """

    name: str
    functions: tuple[Function, ...]
    apis: tuple[Api, ...] = ()
    other_topics: tuple[Topic, ...] = ()
    log_retention: int = days(14)
    tags: Mapping[str, str] = field(default_factory=dict[str, str], hash=False)

    def __post_init__(self) -> None:
        for api in self.apis:
            for route in api.routes:
                if route.asynchronous and not route.invokes.asynchronous:
                    raise ValueError(
                        f"{route.method} {route.path} of '{api.name}' does not wait, but '{route.invokes.name}' is not "
                        "described as asynchronous, so that what fails in it would be lost"
                    )
                if not route.asynchronous:
                    check_answer(f"{route.method} {route.path} of '{api.name}'", route.invokes)
        names = {function.name for function in self.functions}
        for function in self.functions:
            for trigger in function.log_triggers:
                if unknown := set(trigger.of) - (names - {function.name}):
                    raise ValueError(
                        f"'{function.name}' takes the logs of {', '.join(sorted(unknown))}; it can take those of the "
                        f"other functions of '{self.name}': {', '.join(sorted(names - {function.name})) or 'none'}"
                    )
        watched = [trigger.bucket.name for function in self.functions for trigger in function.object_triggers]
        for name in watched:
            if watched.count(name) > 1:
                raise ValueError(f"bucket '{name}' has two functions that it runs; S3 takes one configuration a bucket")

    def function(self, name: str) -> Function:
        """The function of that name; KeyError where the system has none."""
        return {function.name: function for function in self.functions}[name]

    @property
    def log_retention_days(self) -> int:
        return self.log_retention // days(1)

    @property
    def tables(self) -> tuple[Table, ...]:
        return _unique(
            target.table if isinstance(target, Index) else target
            for target in self._targets()
            if isinstance(target, Table | Index)
        )

    @property
    def buckets(self) -> tuple[Bucket, ...]:
        used = (objects.bucket for objects in self._all(Objects))
        watched = (trigger.bucket for function in self.functions for trigger in function.object_triggers)
        return _unique(iter((*used, *watched)))

    @property
    def buses(self) -> tuple[EventBus, ...]:
        ruled = (rule.bus for rule in self.rules if isinstance(rule, OnEvent))
        return _unique(iter((*self._all(EventBus), *ruled)))

    @property
    def queues(self) -> tuple[Queue, ...]:
        return _unique(self._all(Queue))

    @property
    def topics(self) -> tuple[Topic, ...]:
        return _unique(iter((*self._all(Topic), *self.other_topics)))

    @property
    def keys(self) -> tuple[Key, ...]:
        of_functions = (function.environment_key for function in self.functions)
        encrypted = (element.key for element in (*self.tables, *self.topics, *self.ciphertexts))
        return _unique(key for key in (*of_functions, *encrypted) if key)

    @property
    def ciphertexts(self) -> tuple[Ciphertext, ...]:
        return _unique(self._all(Ciphertext))

    @property
    def delivered_to(self) -> tuple[Queue, ...]:
        """The queues that others consume from: none of the system's own functions does."""
        consumed = {trigger.queue for function in self.functions for trigger in function.queues}
        return tuple(queue for queue in self.queues if queue not in consumed)

    @property
    def secrets(self) -> tuple[SecretParameter, ...]:
        return _unique(self._all(SecretParameter))

    @property
    def schedules(self) -> tuple[OnSchedule, ...]:
        return tuple(rule for rule in self.rules if isinstance(rule, OnSchedule))

    @property
    def event_rules(self) -> tuple[OnEvent, ...]:
        return tuple(rule for rule in self.rules if isinstance(rule, OnEvent))

    @property
    def rules(self) -> tuple[Rule, ...]:
        return _unique(rule for function in self.functions for rule in function.rules)

    @property
    def dead_letter_queues(self) -> tuple[DeadLetterQueue, ...]:
        """Those of the queues, of the functions' failures and of the rules, in that order."""
        return (
            *(queue.dead_letter_queue for queue in self.queues),
            *(queue for function in self.functions for queue in function.failure_queues),
            *(rule.dead_letter_queue for rule in self.rules),
        )

    def _all(self, kind: type[Element]) -> Iterator[Element]:
        return (target for target in self._targets() if isinstance(target, kind))

    def _targets(self) -> Iterator[object]:
        return (use.target for function in self.functions for use in function.accesses)


def _unique(elements: Iterator[Element]) -> tuple[Element, ...]:
    found: list[Element] = []
    for element in elements:
        if element not in found:
            found.append(element)
    return tuple(found)
