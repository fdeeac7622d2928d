"""What arrives in the three queues of the transactions system."""

import json
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

QUEUES = {"payment": "payments-queue", "refund": "refunds-queue", "dispute": "disputes-queue"}


@dataclass(frozen=True)
class Message:
    """A message, its queue, and when it was taken, by the monotonic clock."""

    queue: str
    text: str
    attributes: Mapping[str, str]
    taken: float

    @property
    def body(self) -> dict[str, Any]:
        return json.loads(self.text)

    @property
    def event_id(self) -> str:
        return self.body["event_id"]


class Inbox:
    """Takes messages out of the queues and remembers all of them."""

    def __init__(self, sqs: Any, urls: Mapping[str, str]) -> None:
        self._sqs = sqs
        self._urls = urls
        self._taken: list[Message] = []

    def of(self, event_ids: Iterable[str]) -> list[Message]:
        """What was taken so far for these events."""
        wanted = set(event_ids)
        return [message for message in self._taken if message.event_id in wanted]

    def wait_for(self, event_ids: Iterable[str], seconds: float = 20) -> list[Message]:
        """All messages of these events, once each has at least one; AssertionError names those that did not come."""
        wanted = set(event_ids)
        end = time.monotonic() + seconds
        while missing := wanted - {message.event_id for message in self._taken}:
            assert time.monotonic() < end, f"{len(missing)} of {len(wanted)} did not arrive: {sorted(missing)[:5]}"
            if not self.take():
                time.sleep(0.02)
        return self.of(wanted)

    def settle(self, seconds: float = 0.7) -> None:
        """Take what comes within a while: a second copy would."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if not self.take():
                time.sleep(0.1)

    def take(self) -> int:
        """How many messages came in one look at each queue."""
        return sum(self._take(queue, url) for queue, url in self._urls.items())

    def _take(self, queue: str, url: str) -> int:
        asked = {"MaxNumberOfMessages": 10, "MessageAttributeNames": ["All"]}
        found = self._sqs.receive_message(QueueUrl=url, **asked).get("Messages", [])
        now = time.monotonic()
        for message in found:
            given = message.get("MessageAttributes", {})
            attributes = {name: value["StringValue"] for name, value in given.items()}
            self._taken.append(Message(queue, message["Body"], attributes, now))
        if found:
            entries = [{"Id": str(n), "ReceiptHandle": one["ReceiptHandle"]} for n, one in enumerate(found)]
            self._sqs.delete_message_batch(QueueUrl=url, Entries=entries)
        return len(found)
