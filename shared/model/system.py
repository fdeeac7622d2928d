"""A system: functions and APIs, and through them everything that they touch."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeVar

from shared.model.api import Api
from shared.model.duration import days
from shared.model.function import Function
from shared.model.key import Key
from shared.model.queue import DeadLetterQueue, Queue
from shared.model.secret import SecretParameter
from shared.model.table import Index, Table
from shared.model.topic import Topic
from shared.model.trigger import OnSchedule

Element = TypeVar("Element")


@dataclass(frozen=True, slots=True)
class System:
    """An event-driven system; its tables, queues and secrets are those that its functions use.

    `topics` are those that no function publishes to. `log_retention` is seconds, of whole days.
    """

    name: str
    functions: tuple[Function, ...]
    apis: tuple[Api, ...] = ()
    topics: tuple[Topic, ...] = ()
    log_retention: int = days(14)

    @property
    def log_retention_days(self) -> int:
        return self.log_retention // days(1)

    @property
    def tables(self) -> tuple[Table, ...]:
        used = [use.target for function in self.functions for use in function.accesses]
        return _unique(
            target.table if isinstance(target, Index) else target
            for target in used
            if isinstance(target, Table | Index)
        )

    @property
    def queues(self) -> tuple[Queue, ...]:
        return _unique(target for target in self._targets() if isinstance(target, Queue))

    @property
    def keys(self) -> tuple[Key, ...]:
        return _unique(topic.key for topic in self.topics if topic.key)

    @property
    def secrets(self) -> tuple[SecretParameter, ...]:
        return _unique(target for target in self._targets() if isinstance(target, SecretParameter))

    @property
    def schedules(self) -> tuple[OnSchedule, ...]:
        return _unique(schedule for function in self.functions for schedule in function.schedules)

    @property
    def dead_letter_queues(self) -> tuple[DeadLetterQueue, ...]:
        """Those of the queues, of the functions' failures and of the schedules, in that order."""
        return (
            *(queue.dead_letter_queue for queue in self.queues),
            *(queue for function in self.functions for queue in function.failure_queues),
            *(schedule.dead_letter_queue for schedule in self.schedules),
        )

    def _targets(self) -> Iterator[object]:
        return (use.target for function in self.functions for use in function.accesses)


def _unique(elements: Iterator[Element]) -> tuple[Element, ...]:
    found: list[Element] = []
    for element in elements:
        if element not in found:
            found.append(element)
    return tuple(found)
