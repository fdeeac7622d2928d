"""The event source mapping of a queue.

AWS documentation, SQS developer guide: "Amazon SQS visibility timeout", "Using dead-letter queues in Amazon SQS";
Lambda developer guide: "Using Lambda with Amazon SQS" (batches, partial batch responses: what is not reported as failed
is deleted; a failed invocation leaves the whole batch to become visible again).
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from local.emulator.gaps.mappings.partial_response import failures
from shared.model import OnQueue
from tests.faults.laboratory.account import NAMING, Account
from tests.faults.laboratory.process import Process
from tests.faults.laboratory.sources.source import Turbulence
from tests.faults.laboratory.virtual_clock import VirtualClock

REPORTS_FAILURES = {"FunctionResponseTypes": ["ReportBatchItemFailures"]}


class QueueSource:
    """Polls a queue for a function; the queue itself, with its receive counts and its redrive, is moto's."""

    def __init__(
        self, account: Account, trigger: OnQueue, process: Process, clock: VirtualClock, turbulence: Turbulence | None
    ) -> None:
        self._account = account
        self._trigger = trigger
        self._process = process
        self._clock = clock
        self._turbulence = turbulence
        self._hidden_until: datetime | None = None

    def deliver(self) -> bool:
        batch = [] if self._process.disabled else self._receive()
        if not batch:
            return False
        event = {"Records": [self._record(message) for message in batch]}
        result = self._process.invoke(event, str(uuid4())).as_lambda_tells()
        failed = failures(REPORTS_FAILURES, result, [message["MessageId"] for message in batch])
        done = [message for message in batch if message["MessageId"] not in failed]
        if self._turbulence:
            done = [message for message in done if not self._turbulence.again()]
        for message in done:
            self._account.sqs.delete_message(QueueUrl=self._url, ReceiptHandle=message["ReceiptHandle"])
        if len(done) < len(batch):
            timeout = timedelta(seconds=self._trigger.queue.visibility_timeout)
            # Behind it, not at it.
            self._hidden_until = self._clock.now() + timeout + timedelta(milliseconds=1)
        return True

    def next_due(self) -> datetime | None:
        if self._hidden_until and self._hidden_until <= self._clock.now():
            self._hidden_until = None
        return self._hidden_until

    @property
    def _url(self) -> str:
        return self._account.url(self._trigger.queue)

    def _receive(self) -> list[dict[str, Any]]:
        largest = self._trigger.batch_size
        size = self._turbulence.size(largest) if self._turbulence else largest
        batch: list[dict[str, Any]] = []
        while len(batch) < size:
            answer = self._account.sqs.receive_message(
                QueueUrl=self._url,
                MaxNumberOfMessages=min(10, size - len(batch)),
                MessageAttributeNames=["All"],
                AttributeNames=["All"],
            )
            if "Messages" not in answer:
                break
            batch += answer["Messages"]
        if self._turbulence:
            self._turbulence.random.shuffle(batch)
        return batch

    def _record(self, message: dict[str, Any]) -> dict[str, Any]:
        attributes = {
            name: {
                "stringValue": value["StringValue"],
                "stringListValues": [],
                "binaryListValues": [],
                "dataType": value["DataType"],
            }
            for name, value in message.get("MessageAttributes", {}).items()
        }
        return {
            "messageId": message["MessageId"],
            "receiptHandle": message["ReceiptHandle"],
            "body": message["Body"],
            "attributes": message["Attributes"],
            "messageAttributes": attributes,
            "md5OfBody": message["MD5OfBody"],
            "eventSource": "aws:sqs",
            "eventSourceARN": NAMING.arn(self._trigger.queue),
            "awsRegion": NAMING.region,
        }
