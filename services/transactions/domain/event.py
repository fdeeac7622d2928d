"""The event that the queues carry, published as schemas/transaction-event.v1.schema.json."""

from datetime import datetime

from services.common.amount import plain
from services.common.json_body import json_text
from services.common.timestamp import utc_text
from services.transactions.domain.transaction import Transaction

SCHEMA_VERSION = "1"
# With its attributes such an event fits a message of 262,144 bytes, the least that SQS allows a queue by default,
# and an item of 400 KB.
MAX_BODY_BYTES = 200_000
MAX_EVENT_BYTES = 250_000


class TooLargeError(Exception):
    """A body that no item and no message could hold."""

    def __init__(self, size: int) -> None:
        super().__init__(f"body is {size} bytes as JSON; allowed are {MAX_BODY_BYTES}")


def bound_body(raw: bytes) -> None:
    """Raises TooLargeError for a body beyond 200,000 bytes."""
    if len(raw) > MAX_BODY_BYTES:
        raise TooLargeError(len(raw))


def event_text(transaction: Transaction, received_at: datetime, correlation_id: str) -> str:
    """The event as JSON text; TooLargeError in the rare case that re-encoding made a body grow by a quarter."""
    text = json_text(
        {
            "schema_version": SCHEMA_VERSION,
            "event_id": transaction.event_id,
            "transaction_type": transaction.transaction_type,
            "amount": plain(transaction.amount),
            "timestamp": utc_text(transaction.timestamp),
            "received_at": utc_text(received_at),
            "correlation_id": correlation_id,
            "payload": transaction.payload,
        }
    )
    if (size := len(text.encode())) > MAX_EVENT_BYTES:
        raise TooLargeError(size)
    return text
