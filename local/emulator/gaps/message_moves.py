"""Dead letters are moved back by a message move task.

AWS documentation, SQS API reference: "StartMessageMoveTask" (only from a dead-letter queue of other queues, to the
queue that each message came from or to the one that is named; at most 500 a second; one active task a queue),
"ListMessageMoveTasks" (newest first; a handle only while a task runs), "CancelMessageMoveTask" (what was moved stays
moved); developer guide: "Learn how to configure a dead-letter queue redrive" (a redriven message is a new one, with an
id, a time and a count of receives of its own; the task runs by the rights of who started it).

MiniStack does not know these calls. A release that does makes this unnecessary. Not supplied: the caller's rights over
both queues, of which only that to the call itself is asked; tasks do not outlive the emulator's process.
"""

import asyncio
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from local.emulator.gaps.settings import GapSettings
from local.emulator.ministack import load
from local.emulator.pinned import Wrapped

WRAPPED = (
    Wrapped("services.sqs", "_dispatch", "6a429fdb61ebdc5a"),
    Wrapped("services.sqs", "_queue_by_arn", "b4981875c8186c19"),
    Wrapped("services.sqs", "_act_send_message", "3abd766508c885c6"),
    Wrapped("services.sqs", "_dlq_sweep", "6a77691e16715a0d"),
    Wrapped("services.sqs", "_Err", "7448c646892c67fa"),
)
MOST_A_SECOND = 500
# How many ended tasks SQS remembers of a queue.
REMEMBERED = 10
RUNNING, CANCELLED, COMPLETED, FAILED = "RUNNING", "CANCELLED", "COMPLETED", "FAILED"

Request = dict[str, Any]


def close(_: GapSettings) -> None:
    """Add the three calls to those that SQS answers."""
    tasks = _Tasks(load("services.sqs"))
    tasks.queues._HANDLERS.update(
        {
            "StartMessageMoveTask": tasks.start,
            "ListMessageMoveTasks": tasks.list,
            "CancelMessageMoveTask": tasks.cancel,
        }
    )


@dataclass
class _Task:
    """A move from one queue; `destination` is None where each message goes back to its own source."""

    source: str
    destination: str | None
    rate: int | None
    to_move: int
    handle: str = field(default_factory=lambda: str(uuid4()))
    started_ms: int = field(default_factory=lambda: int(time.time() * 1000))
    status: str = RUNNING
    moved: int = 0
    failure: str | None = None

    def described(self) -> dict[str, Any]:
        """As ListMessageMoveTasks tells of it."""
        told = {
            "TaskHandle": self.handle if self.status == RUNNING else None,
            "Status": self.status,
            "SourceArn": self.source,
            "DestinationArn": self.destination,
            "MaxNumberOfMessagesPerSecond": self.rate,
            "ApproximateNumberOfMessagesMoved": self.moved,
            "ApproximateNumberOfMessagesToMove": self.to_move,
            "FailureReason": self.failure,
            "StartedTimestamp": self.started_ms,
        }
        return {name: value for name, value in told.items() if value is not None}


class _Tasks:
    """The tasks of all queues, by the ARN of the queue that they move from."""

    def __init__(self, queues: Any) -> None:
        self.queues = queues
        self._tasks: dict[str, list[_Task]] = {}
        # The loop itself holds no reference that keeps them alive.
        self._running: set[asyncio.Task[None]] = set()

    def start(self, request: Request, _: str) -> dict[str, Any]:
        source, destination = request.get("SourceArn", ""), request.get("DestinationArn")
        rate = request.get("MaxNumberOfMessagesPerSecond")
        queue = self._queue(source)
        if destination is not None:
            self._queue(destination)
        if rate is not None and not 1 <= int(rate) <= MOST_A_SECOND:
            raise self._refusal("InvalidParameterValue", f"{rate} messages a second: 1 to {MOST_A_SECOND} are allowed")
        if not any(self._redriving_into(source)):
            raise self._refusal("InvalidParameterValue", "the source queue is no queue's dead-letter queue")
        if any(task.status == RUNNING for task in self._tasks.get(source, [])):
            raise self._refusal("UnsupportedOperation", "a task that moves messages from the source queue is active")
        task = _Task(source, destination, int(rate) if rate else None, len(queue["messages"]))
        self._tasks[source] = [task, *self._tasks.get(source, [])][:REMEMBERED]
        # Within the event loop, as every other call, so that no two of them touch a queue at once.
        running = asyncio.get_running_loop().create_task(self._run(task))
        self._running.add(running)
        running.add_done_callback(self._running.discard)
        return {"TaskHandle": task.handle}

    def list(self, request: Request, _: str) -> dict[str, Any]:
        source = request.get("SourceArn", "")
        self._queue(source)
        return {"Results": [task.described() for task in self._tasks.get(source, [])[: request.get("MaxResults", 1)]]}

    def cancel(self, request: Request, _: str) -> dict[str, Any]:
        handle = request.get("TaskHandle")
        for task in (task for tasks in self._tasks.values() for task in tasks):
            if task.handle == handle and task.status == RUNNING:
                task.status = CANCELLED
                return {"ApproximateNumberOfMessagesMoved": task.moved}
        raise self._refusal("ResourceNotFoundException", "there is no active task of this handle")

    async def _run(self, task: _Task) -> None:
        while task.status == RUNNING:
            message = self._next(task)
            if message is None:
                task.status = COMPLETED
                return
            try:
                self._move(task, message)
            except self.queues._Err as error:
                task.status, task.failure = FAILED, error.code
                return
            await asyncio.sleep(1 / (task.rate or MOST_A_SECOND))

    def _next(self, task: _Task) -> dict[str, Any] | None:
        """A letter that was there when the task began, and that nobody has received."""
        queue, now = self.queues._queue_by_arn(task.source), time.time()
        if queue is None or task.moved == task.to_move:
            return None
        return next((message for message in queue["messages"] if message["visible_at"] <= now), None)

    def _move(self, task: _Task, message: dict[str, Any]) -> None:
        own = (message.get("sys") or {}).get("DeadLetterQueueSourceArn")
        destination = self._queue(task.destination or own or next(self._redriving_into(task.source)))
        sent = {"MessageBody": message["body"], "MessageAttributes": message.get("message_attributes") or {}}
        self.queues._act_send_message(sent, destination["attributes"]["QueueArn"].rpartition(":")[2])
        self._queue(task.source)["messages"].remove(message)
        task.moved += 1

    def _redriving_into(self, arn: str) -> Iterator[str]:
        """The ARNs of the queues whose dead letters go to this one."""
        for _, queue in self.queues._queues.all_items():
            policy = queue["attributes"].get("RedrivePolicy")
            if policy and json.loads(policy).get("deadLetterTargetArn") == arn:
                yield queue["attributes"]["QueueArn"]

    def _queue(self, arn: str) -> dict[str, Any]:
        queue = self.queues._queue_by_arn(arn)
        if queue is None:
            raise self._refusal("ResourceNotFoundException", "the queue does not exist")
        return queue

    def _refusal(self, code: str, message: str) -> Exception:
        return self.queues._Err(code, message)
