"""Moves all dead letters of a queue back to their source, by SQS's own task."""

import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from operations.problem import OperationError
from shared.dead_letters import UnprocessedMessages
from shared.naming import Naming

RUNNING = ("RUNNING", "CANCELLING")
WELL = ("COMPLETED", "CANCELLED")
LOOK_EVERY_S = 1.0


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a task is; `to_move` is what was there when it began."""

    moved: int
    to_move: int


@dataclass(frozen=True, slots=True)
class MessageMove:
    """SQS moves a letter in one step, so that none is lost and none is there twice, whoever stops watching."""

    sqs: Any
    letters: UnprocessedMessages
    naming: Naming
    sleep: Callable[[float], None] = time.sleep

    def run(self, rate: int) -> Iterator[Progress]:
        """The task's progress until its end, or until the caller looks no more, which cancels it.

        A task of someone else's that moves these letters already is watched instead, and left alone. OperationError
        where SQS gives up.
        """
        handle = None if self._is_running() else self._start(rate)
        task = self._newest()
        try:
            while task["Status"] in RUNNING:
                yield _progress(task)
                self.sleep(LOOK_EVERY_S)
                task = self._newest()
        finally:
            if handle and task["Status"] == "RUNNING":
                # It may have ended since.
                with suppress(ClientError):
                    self.sqs.cancel_message_move_task(TaskHandle=handle)
        yield _progress(task)
        if task["Status"] not in WELL:
            why = task.get("FailureReason", task["Status"])
            raise OperationError(f"SQS stopped moving: {why}; what it did not move is in {self.letters.queue.name}")

    def _start(self, rate: int) -> str:
        source, destination = self.naming.arn(self.letters.queue), self.naming.arn(self.letters.source)
        asked = {"SourceArn": source, "DestinationArn": destination, "MaxNumberOfMessagesPerSecond": rate}
        return self.sqs.start_message_move_task(**asked)["TaskHandle"]

    def _is_running(self) -> bool:
        return any(task["Status"] in RUNNING for task in self._tasks())

    def _newest(self) -> dict[str, Any]:
        return self._tasks()[0]

    def _tasks(self) -> list[dict[str, Any]]:
        return self.sqs.list_message_move_tasks(SourceArn=self.naming.arn(self.letters.queue), MaxResults=1)["Results"]


def _progress(task: dict[str, Any]) -> Progress:
    moved = task["ApproximateNumberOfMessagesMoved"]
    return Progress(moved, task.get("ApproximateNumberOfMessagesToMove") or moved)
