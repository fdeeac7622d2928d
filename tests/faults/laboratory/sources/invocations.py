"""Lambda's own queue of asynchronous invocations, with retries, age and destinations.

AWS documentation, Lambda developer guide: "How Lambda handles errors and retries with asynchronous invocation" (two
retries, after one and two minutes; the queue is eventually consistent: the same event may come twice), "Capturing
records of Lambda asynchronous invocations".
"""

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import boto3

from local.emulator.gaps.asynchronous.outcome import EXHAUSTED, SUCCESS, TOO_OLD, Outcome
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

    def deliver(self) -> bool:
        due = [waiting for waiting in self._waiting if waiting.due <= self._clock.now()]
        if not due or self._process.disabled:
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
        return min(waiting, default=None) if not self._process.disabled else None

    def _run(self, waiting: _Waiting) -> None:
        retries = self._process.function.asynchronous_retries
        if self._clock.now() - waiting.accepted > timedelta(seconds=retries.maximum_event_age):
            self._end(waiting, TOO_OLD, None)
            return
        result = self._process.invoke(waiting.event, waiting.request_id).as_lambda_tells()
        waiting.invocations += 1
        if not result.get("error"):
            self._end(waiting, SUCCESS, result)
        elif waiting.invocations > retries.attempts:
            self._end(waiting, EXHAUSTED, result)
        else:
            waiting.due = self._clock.now() + RETRY_AFTER * waiting.invocations
            self._waiting.append(waiting)

    def _end(self, waiting: _Waiting, condition: str, result: dict[str, Any] | None) -> None:
        function = self._process.function
        outcome = Outcome(condition, waiting.request_id, waiting.event, waiting.invocations, result)
        if condition != SUCCESS:
            assert function.failure_queue is not None
            self._account.sqs.send_message(
                QueueUrl=self._account.url(function.failure_queue),
                MessageBody=json.dumps(outcome.event),
                MessageAttributes=outcome.attributes(),
            )
        elif function.on_success:
            text = json.dumps(outcome.record({"FunctionArn": NAMING.arn(function)}))
            boto3.client("sns").publish(TopicArn=NAMING.arn(function.on_success), Message=text)
