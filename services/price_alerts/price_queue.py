"""The queue between ingestion and evaluation."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from services.common.batches import batches
from services.common.telemetry import logger
from services.price_alerts.domain.price_update import SCHEMA_VERSION, PriceUpdate, update_text

if TYPE_CHECKING:
    from mypy_boto3_sqs.client import SQSClient
    from mypy_boto3_sqs.type_defs import SendMessageBatchRequestEntryTypeDef

# What SQS allows a queue by default; ten updates have less than a tenth of it.
MAX_BATCH_BYTES = 262_144


class PriceQueue:
    """Sends price updates, in as few calls as SQS allows."""

    def __init__(self, client: "SQSClient", url: str) -> None:
        self._client = client
        self._url = url

    def send(self, updates: Iterable[PriceUpdate]) -> list[PriceUpdate]:
        """The updates that SQS did not confirm; why is logged."""
        return [
            update
            for batch in batches(updates, lambda update: len(update_text(update)), MAX_BATCH_BYTES)
            for update in self._send(batch)
        ]

    def _send(self, batch: list[PriceUpdate]) -> list[PriceUpdate]:
        entries = [_entry(str(position), update) for position, update in enumerate(batch)]
        try:
            answer = self._client.send_message_batch(QueueUrl=self._url, Entries=entries)
        except (ClientError, BotoCoreError) as error:
            ids = [update.correlation_id for update in batch]
            logger.error("price updates not sent", extra={"reason": str(error), "correlation_ids": ids})
            return batch
        for failed in answer.get("Failed", []):
            update = batch[int(failed["Id"])]
            log = {"reason": failed["Code"], "correlation_id": update.correlation_id}
            logger.error("price update not sent", extra=log)
        sent = {int(entry["Id"]) for entry in answer.get("Successful", [])}
        return [update for position, update in enumerate(batch) if position not in sent]


def _entry(entry_id: str, update: PriceUpdate) -> "SendMessageBatchRequestEntryTypeDef":
    attributes = {
        "message_id": update.message_id,
        "correlation_id": update.correlation_id,
        "schema_version": SCHEMA_VERSION,
    }
    return {
        "Id": entry_id,
        "MessageBody": update_text(update),
        "MessageAttributes": {name: {"DataType": "String", "StringValue": value} for name, value in attributes.items()},
    }
