"""The queue between ingestion and processing."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from services.common.batches import batches
from services.common.telemetry import logger
from services.market_data.domain.tick_batch import SCHEMA_VERSION, TickBatch

if TYPE_CHECKING:
    from mypy_boto3_sqs.client import SQSClient
    from mypy_boto3_sqs.type_defs import SendMessageBatchRequestEntryTypeDef

# Of the 262,144 bytes that every queue takes in one call, less room for the attributes of ten messages.
MAX_BATCH_BYTES = 250_000
ATTEMPTS = 3


class NotSentError(Exception):
    """Messages that SQS kept refusing."""


class ProcessingQueue:
    """Sends batches of ticks, in as few calls as SQS allows."""

    def __init__(self, client: "SQSClient", url: str) -> None:
        self._client = client
        self._url = url

    def send(self, tick_batches: Iterable[TickBatch]) -> None:
        """Returns once SQS has confirmed all; NotSentError, or botocore's errors, where it did not confirm some."""
        for batch in batches(tick_batches, lambda tick_batch: len(tick_batch.text), MAX_BATCH_BYTES):
            unsent = batch
            for _ in range(ATTEMPTS):
                unsent = self._send(unsent)
                if not unsent:
                    break
            else:
                raise NotSentError(f"SQS refused {len(unsent)} messages {ATTEMPTS} times")

    def _send(self, batch: list[TickBatch]) -> list[TickBatch]:
        entries = [_entry(str(position), tick_batch) for position, tick_batch in enumerate(batch)]
        answer = self._client.send_message_batch(QueueUrl=self._url, Entries=entries)
        for failed in answer.get("Failed", []):
            message_id = batch[int(failed["Id"])].message_id
            logger.warning("ticks not sent", extra={"reason": failed["Code"], "message_id": message_id})
        sent = {int(entry["Id"]) for entry in answer.get("Successful", [])}
        return [tick_batch for position, tick_batch in enumerate(batch) if position not in sent]


def _entry(entry_id: str, tick_batch: TickBatch) -> "SendMessageBatchRequestEntryTypeDef":
    attributes = {"message_id": tick_batch.message_id, "schema_version": SCHEMA_VERSION}
    return {
        "Id": entry_id,
        "MessageBody": tick_batch.text,
        "MessageAttributes": {name: {"DataType": "String", "StringValue": value} for name, value in attributes.items()},
    }
