"""The router's side of the transaction-events table: what is still to be routed, and the mark that it was."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from services.common.batch_read import read_items
from services.common.conditional_write import updated
from services.common.timestamp import utc_text
from services.transactions.domain.transaction import TRANSACTION_TYPES

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient

UNROUTED_INDEX = "unrouted-index"
KEPT = timedelta(days=30)
# Longer than the function may run, so that a claim outlives its holder and no one else's.
LEASE = timedelta(seconds=120)
# DynamoDB answers at most 16 MB, which 25 of the largest events stay below.
PAGE = 25

Image = Mapping[str, Mapping[str, Any]]


class PoisonItemError(Exception):
    """An item that can never be routed as it is."""


@dataclass(frozen=True)
class StoredEvent:
    """An event as the validator stored it."""

    event_id: str
    transaction_type: str
    correlation_id: str
    received_at: str
    text: str


def stored_event(image: Image) -> StoredEvent:
    """The event in an item's image; PoisonItemError names what is missing or unknown."""
    try:
        names = ("event_id", "transaction_type", "correlation_id", "received_at", "event")
        event = StoredEvent(*(str(image[name]["S"]) for name in names))
    except KeyError as error:
        raise PoisonItemError(f"the item has no string attribute {error}") from error
    if event.transaction_type not in TRANSACTION_TYPES:
        raise PoisonItemError(f"transaction_type '{event.transaction_type}' has no queue")
    return event


class Outbox:
    """Reads, claims and marks unrouted items."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def unrouted(self, event_ids: Iterable[str]) -> dict[str, Image]:
        """The present items, read consistently, of those of the ids that are still unrouted.

        Raises UnreadError when DynamoDB keeps leaving some out.
        """
        keys = [{"event_id": {"S": event_id}} for event_id in event_ids]
        items = [item for start in range(0, len(keys), PAGE) for item in self._read(keys[start : start + PAGE])]
        return {str(item["event_id"]["S"]): item for item in items if "unrouted" in item}

    def stale(self, shard: str, before: datetime) -> Iterator[list[str]]:
        """Pages of the ids, oldest first, that the index shows as unrouted and received before an instant."""
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            IndexName=UNROUTED_INDEX,
            KeyConditionExpression="unrouted = :shard AND received_at < :before",
            ExpressionAttributeValues={":shard": {"S": shard}, ":before": {"S": utc_text(before)}},
            ProjectionExpression="event_id",
            PaginationConfig={"PageSize": PAGE},
        )
        for page in pages:
            yield [str(item["event_id"].get("S")) for item in page["Items"]]

    def claim(self, event_id: str, claimant: str, now: datetime) -> bool:
        """Whether the unrouted event is now the claimant's alone for two minutes."""
        return self._update(
            event_id,
            "SET claimed_until = :until, claimed_by = :claimant",
            "attribute_exists(unrouted) AND "
            "(attribute_not_exists(claimed_until) OR claimed_until < :now OR claimed_by = :claimant)",
            {
                ":until": {"N": str(int((now + LEASE).timestamp()))},
                ":now": {"N": str(int(now.timestamp()))},
                ":claimant": {"S": claimant},
            },
        )

    def mark_routed(self, event_id: str, now: datetime) -> bool:
        """Takes a sent event out of the index and lets it expire in 30 days; False when that was done before."""
        return self._update(
            event_id,
            "REMOVE unrouted, claimed_until, claimed_by SET routed_at = :routed_at, expires_at = :expires_at",
            "attribute_exists(unrouted)",
            {
                ":routed_at": {"S": utc_text(now)},
                ":expires_at": {"N": str(int((now + KEPT).timestamp()))},
            },
        )

    def _read(self, keys: list[dict[str, Any]]) -> Iterator[Image]:
        return read_items(self._client, self._table, keys, consistent=True)

    def _update(self, event_id: str, update: str, condition: str, values: dict[str, Any]) -> bool:
        return updated(
            self._client, self._table, {"event_id": {"S": event_id}}, update=update, condition=condition, values=values
        )
