"""A message of a dead-letter queue."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

# All that SQS itself knows of a message, and all that its sender said beside the body.
ASKED = {"MessageSystemAttributeNames": ["All"], "MessageAttributeNames": ["All"]}


@dataclass(frozen=True, slots=True)
class Letter:
    """One receipt of a message; the handle is good until the message is received again.

    `sent_at` is when the message was sent first: a queue's dead letters keep the time of their source. `receives`
    counts all receipts, this one included.
    """

    message_id: str
    receipt_handle: str
    sent_at: datetime
    receives: int
    body: str
    attributes: Mapping[str, Any]

    @classmethod
    def of(cls, message: Mapping[str, Any]) -> "Letter":
        """The letter in SQS's own words."""
        told = message.get("Attributes", {})
        return cls(
            message_id=message["MessageId"],
            receipt_handle=message["ReceiptHandle"],
            sent_at=datetime.fromtimestamp(int(told.get("SentTimestamp", 0)) / 1000, UTC),
            receives=int(told.get("ApproximateReceiveCount", 0)),
            body=message["Body"],
            attributes=message.get("MessageAttributes", {}),
        )

    def said(self, name: str) -> str:
        """A text that the sender put beside the body; empty where there is none."""
        return str(self.attributes.get(name, {}).get("StringValue", ""))
