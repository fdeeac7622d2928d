"""Lambda's own queue of asynchronous invocations, with retries, age and destinations.

AWS documentation, Lambda developer guide: "How Lambda handles errors and retries with asynchronous invocation" (two
retries, after one and two minutes; the queue is eventually consistent: the same event may come twice), "Capturing
records of Lambda asynchronous invocations" (with a reserved concurrency of zero, events go to the destination at once).
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import boto3
import msgspec

from local.emulator.gaps.asynchronous.outcome import EXHAUSTED, SUCCESS, TOO_OLD, Outcome
from operations.dead_letters.invocation_again import InvocationRecord
from tests.faults.laboratory.account import NAMING, Account
from tests.faults.laboratory.process import Process
from tests.faults.laboratory.sources.source import Turbulence
from tests.faults.laboratory.virtual_clock import VirtualClock

RETRY_AFTER = timedelta(minutes=1)


@dataclass
class _Waiting:
    event: Any
    accepted: datetime
    due: datetime
    request_id: str = field(default_factory=lambda: str(uuid4()))
    invocations: int = 0
    result: dict[str, Any] | None = None


class InvocationQueue:
    """What waits for a function; accepted is what was put here."""

    def __init__(self, account: Account, process: Process, clock: VirtualClock, turbulence: Turbulence | None) -> None:
        self._account = account
        self._process = process
        self._clock = clock
        self._turbulence = turbulence
        self._waiting: list[_Waiting] = []

    def accept(self, event: Any) -> None:
        now = self._clock.now()
        self._waiting.append(_Waiting(event, now, now))

    def put_back(self, letter: Mapping[str, Any]) -> None:
        """Accepts what a failed invocation had once more, read from its record as `just redrive` reads it."""
        payload = bytes(msgspec.json.decode(letter["Body"], type=InvocationRecord).payload)
        self.accept(json.loads(payload))

    def deliver(self) -> bool:
        due = [waiting for waiting in self._waiting if waiting.due <= self._clock.now()]
        if not due:
            return False
        if self._turbulence:
            self._turbulence.random.shuffle(due)
        waiting = due[0]
        self._waiting.remove(waiting)
        self._run(waiting)
        if self._turbulence and self._turbulence.again():
            self._process.invoke(waiting.event, waiting.request_id)
        return True

    def next_due(self) -> datetime | None:
        waiting = [waiting.due for waiting in self._waiting]
        return min(waiting, default=None)

    def _run(self, waiting: _Waiting) -> None:
        retries = self._process.function.asynchronous_retries
        if self._clock.now() - waiting.accepted > timedelta(seconds=retries.maximum_event_age):
            self._end(waiting, TOO_OLD)
            return
        if self._process.disabled:
            self._end(waiting, EXHAUSTED)
            return
        waiting.result = self._process.invoke(waiting.event, waiting.request_id).as_lambda_tells()
        waiting.invocations += 1
        if not waiting.result.get("error"):
            self._end(waiting, SUCCESS)
        elif waiting.invocations > retries.attempts:
            self._end(waiting, EXHAUSTED)
        else:
            waiting.due = self._clock.now() + RETRY_AFTER * waiting.invocations
            self._waiting.append(waiting)

    def _end(self, waiting: _Waiting, condition: str) -> None:
        function = self._process.function
        outcome = Outcome(condition, waiting.request_id, waiting.event, waiting.invocations, waiting.result)
        text = json.dumps(outcome.record({"FunctionArn": NAMING.arn(function)}))
        if condition != SUCCESS:
            assert function.failure_queue is not None
            self._account.sqs.send_message(QueueUrl=self._account.url(function.failure_queue), MessageBody=text)
        elif function.on_success:
            boto3.client("sns").publish(TopicArn=NAMING.arn(function.on_success), Message=text)
