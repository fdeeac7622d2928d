"""A system that runs whole in this process: what it takes in, how time passes for it, and what has come of it."""

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from datetime import timedelta
from typing import Any, TypeVar
from unittest import mock
from uuid import uuid4

from moto import mock_aws

from shared.checkout import SERVICES
from shared.model import DeadLetterQueue, OnEvent, OnObjectCreated, OnQueue, OnSchedule, OnStream, Queue, System, Topic
from shared.systems import folder_name
from tests.faults.laboratory.account import Account
from tests.faults.laboratory.process import Process, Result
from tests.faults.laboratory.sources.invocations import InvocationQueue
from tests.faults.laboratory.sources.queue import QueueSource
from tests.faults.laboratory.sources.schedule import EventSource, ObjectSource, ScheduleSource
from tests.faults.laboratory.sources.source import Source, Turbulence
from tests.faults.laboratory.sources.stream import StreamSource
from tests.faults.laboratory.virtual_clock import VirtualClock, virtual_time
from tests.faults.laboratory.wire import Wire

Outside = TypeVar("Outside")


class Laboratory:
    """Functions, their sources and their account, as the system's description connects them."""

    def __init__(self, account: Account, wire: Wire, clock: VirtualClock, turbulence: Turbulence | None) -> None:
        self.account = account
        self.wire = wire
        self.clock = clock
        self.processes: dict[str, Process] = {}
        self.invocations: dict[str, InvocationQueue] = {}
        self.schedules: list[ScheduleSource] = []
        self.streams: dict[str, StreamSource] = {}
        self.surroundings = ExitStack()
        self._sources: list[Source] = []
        self._messages: dict[str, list[dict[str, Any]]] = {}
        self._turbulence = turbulence
        for function in account.system.functions:
            source = SERVICES / folder_name(account.system.name) / f"{function.module}.py"
            process = Process(function, source, account.variables(function), wire, clock)
            self.processes[function.name] = process
            queue = InvocationQueue(account, process, clock, turbulence)
            self.invocations[function.name] = queue
            self._sources.append(queue)
            for trigger in function.triggers:
                self._connect(trigger, process, queue)

    def surround(self, outside: AbstractContextManager[Outside]) -> Outside:
        """Puts something that AWS is not around the functions, until the laboratory closes."""
        return self.surroundings.enter_context(outside)

    def call(self, function: str, event: Mapping[str, Any]) -> Result:
        """Invokes a function and waits for it, as a route does."""
        return self.processes[function].invoke(event, str(uuid4()))

    def step(self) -> None:
        """Every source delivers once, if it has anything."""
        self._deliver()

    def settle(self) -> None:
        """Delivers until nothing waits; time passes only where a delivery waits for it, and no schedule comes due."""
        for _ in range(10_000):
            if self._deliver():
                continue
            due = [instant for instant in (source.next_due() for source in self._sources) if instant]
            if not due:
                return
            self.clock.pass_until(min(due))
        raise AssertionError("deliveries never end")

    def let_pass(self, **time: float) -> None:
        """Lets time pass, in which schedules come due and all is delivered."""
        end = self.clock.now() + timedelta(**time)
        # What came due while time stood still for the schedules does not all come at once.
        while True:
            if self._deliver(*self.schedules):
                continue
            due = [instant for instant in (source.next_due() for source in self._sources) if instant]
            coming = min([*due, *(schedule.next_tick for schedule in self.schedules)], default=None)
            if coming is None or coming > end:
                self.clock.pass_until(end)
                return
            self.clock.pass_until(coming)

    def skip(self, **time: float) -> None:
        """Lets time pass at once: a schedule comes due once and not as often as it would."""
        self.clock.pass_by(timedelta(**time).total_seconds())

    def messages(self, destination: Topic | Queue) -> list[dict[str, Any]]:
        """All that was ever sent to a topic, or to a queue that nothing in the system consumes."""
        name = destination.name
        drained = self.account.drained(name if isinstance(destination, Topic) else destination)
        self._messages.setdefault(name, []).extend(drained)
        return self._messages[name]

    def dead_letters(self) -> dict[str, list[dict[str, Any]]]:
        """What is in each dead-letter queue that is not empty; it is taken out."""
        found = {queue.name: self.account.drained(queue) for queue in self.account.system.dead_letter_queues}
        return {name: letters for name, letters in found.items() if letters}

    def ringing(self) -> set[str]:
        """Names of the alarms that have had reason to ring, but for those on lag and on dead letters that are gone."""
        return {alarm for alarm, _ in self.rings()}

    def rings(self) -> set[tuple[str, str]]:
        """Those alarms with each message for which one on logs has rung."""
        found: set[tuple[str, str]] = set()
        for name, process in self.processes.items():
            counts = {"errors": process.errors, "throttles": process.throttles}
            found |= {(f"{name}-{what}", "") for what, count in counts.items() if count}
            found |= {(f"{name}-logged-{pattern.lower()}", message) for pattern, message in process.logged}
        for queue in self.account.system.dead_letter_queues:
            if self.account.depth(queue):
                found.add((f"{queue.name}-depth", ""))
        return found

    def metrics(self) -> Counter[str]:
        """The sums of all metrics that the functions have put into their logs."""
        return sum((process.metrics for process in self.processes.values()), Counter())

    def _deliver(self, *more: Source) -> bool:
        sources = [*self._sources, *more]
        if self._turbulence:
            self._turbulence.random.shuffle(sources)
        # Every source gets its turn.
        delivered = [source.deliver() for source in sources]
        return any(delivered)

    def _connect(self, trigger: object, process: Process, queue: InvocationQueue) -> None:
        match trigger:
            case OnQueue():
                self._sources.append(QueueSource(self.account, trigger, process, self.clock, self._turbulence))
            case OnStream():
                dead: DeadLetterQueue | None = process.function.stream_failure_queue
                assert dead is not None
                stream = StreamSource(self.account, trigger, process, dead, self._turbulence)
                self.streams[process.function.name] = stream
                self._sources.append(stream)
            case OnSchedule():
                self.schedules.append(ScheduleSource(trigger, queue, self.clock))
            case OnEvent():
                self._sources.append(EventSource(self.account, trigger, queue))
            case OnObjectCreated():
                self._sources.append(ObjectSource(self.account, trigger, queue))
            case _:
                # Logs tell people of errors; they carry nothing that a system must not lose.
                pass


@contextmanager
def laboratory(
    system: System, secrets: Mapping[str, str], turbulence: Turbulence | None = None
) -> Iterator[Laboratory]:
    """The system in an account of its own, at the start of virtual time."""
    with mock.patch("boto3.DEFAULT_SESSION", None), virtual_time() as clock, mock_aws():
        wire = Wire(clock)
        account = Account(system, secrets)
        account.make()
        lab = Laboratory(account, wire, clock, turbulence)
        with lab.surroundings:
            yield lab
