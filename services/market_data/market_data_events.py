"""The bus on which the windows that trades came into are made known."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from services.common.batches import batches
from services.common.telemetry import logger
from services.market_data.domain.touched_windows import TouchedWindows

if TYPE_CHECKING:
    from mypy_boto3_events.client import EventBridgeClient

SOURCE = "market-data"
DETAIL_TYPE = "WindowsTouched"
# Of the 262,144 bytes that EventBridge takes in one call.
MAX_BATCH_BYTES = 200_000


class MarketDataEvents:
    """Puts events on the bus, in as few calls as EventBridge allows."""

    def __init__(self, client: "EventBridgeClient", bus: str) -> None:
        self._client = client
        self._bus = bus

    def put(self, events: Iterable[TouchedWindows]) -> set[str]:
        """The message ids of those that EventBridge confirmed; what failed is logged and left out."""
        return {
            message_id
            for batch in batches(events, lambda event: len(event.detail), MAX_BATCH_BYTES)
            for message_id in self._put(batch)
        }

    def _put(self, batch: list[TouchedWindows]) -> list[str]:
        try:
            answer = self._client.put_events(
                Entries=[
                    {"Source": SOURCE, "DetailType": DETAIL_TYPE, "Detail": event.detail, "EventBusName": self._bus}
                    for event in batch
                ]
            )
        except (ClientError, BotoCoreError) as error:
            ids = [event.message_id for event in batch]
            logger.error("events not put", extra={"reason": str(error), "message_ids": ids})
            return []
        put: list[str] = []
        for event, entry in zip(batch, answer["Entries"], strict=True):
            if "EventId" in entry:
                put.append(event.message_id)
            else:
                log = {"reason": entry.get("ErrorCode"), "message_id": event.message_id}
                logger.error("event not put", extra=log)
        return put
