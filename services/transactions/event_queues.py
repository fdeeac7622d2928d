"""The queues that events are routed to, one a transaction type."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from services.common.batches import batches
from services.common.telemetry import logger
from services.transactions.domain.event import SCHEMA_VERSION
from services.transactions.outbox import StoredEvent

if TYPE_CHECKING:
    from mypy_boto3_sqs.client import SQSClient
    from mypy_boto3_sqs.type_defs import SendMessageBatchRequestEntryTypeDef

# SQS takes 1,048,576 bytes a call; the rest is room for the attributes of ten messages.
MAX_BATCH_BYTES = 1_000_000


class EventQueues:
    """Sends events to the queue of their transaction type, in as few calls as SQS allows."""

    def __init__(self, client: "SQSClient", urls: Mapping[str, str]) -> None:
        self._client = client
        self._urls = urls

    def send(self, events: Iterable[StoredEvent]) -> set[str]:
        """The ids of the events that SQS confirmed; what failed is logged and left out."""
        by_type: dict[str, list[StoredEvent]] = {}
        for event in events:
            by_type.setdefault(event.transaction_type, []).append(event)
        return {
            event_id
            for transaction_type, its_events in by_type.items()
            for batch in batches(its_events, lambda event: len(event.text.encode()), MAX_BATCH_BYTES)
            for event_id in self._send(self._urls[transaction_type], batch)
        }

    def _send(self, url: str, batch: list[StoredEvent]) -> list[str]:
        entries = [_entry(str(position), event) for position, event in enumerate(batch)]
        try:
            answer = self._client.send_message_batch(QueueUrl=url, Entries=entries)
        except (ClientError, BotoCoreError) as error:
            logger.error("batch not sent", extra={"reason": str(error), "event_ids": [e.event_id for e in batch]})
            return []
        for failed in answer.get("Failed", []):
            event_id = batch[int(failed["Id"])].event_id
            logger.error("event not sent", extra={"reason": failed["Code"], "event_id": event_id})
        return [batch[int(sent["Id"])].event_id for sent in answer.get("Successful", [])]


def _entry(entry_id: str, event: StoredEvent) -> "SendMessageBatchRequestEntryTypeDef":
    attributes = {
        "message_id": event.event_id,
        "correlation_id": event.correlation_id,
        "transaction_type": event.transaction_type,
        "schema_version": SCHEMA_VERSION,
    }
    return {
        "Id": entry_id,
        "MessageBody": event.text,
        "MessageAttributes": {name: {"DataType": "String", "StringValue": value} for name, value in attributes.items()},
    }
