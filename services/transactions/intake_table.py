"""The validator's side of the transaction-events table: one conditional put that deduplicates and publishes."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from services.common.amount import plain
from services.common.aws_errors import condition_failed, item_found
from services.common.shards import shard_of
from services.common.timestamp import utc_text
from services.transactions.domain.transaction import Transaction

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef


@dataclass(frozen=True)
class Receipt:
    """How a transaction came in: when, by which HTTP request, under which correlation id, and as which event."""

    received_at: datetime
    request_id: str
    correlation_id: str
    event: str


@dataclass(frozen=True)
class Earlier:
    """What the table already holds under an event id."""

    digest: str
    request_id: str


class IntakeTable:
    """Stores a transaction unless its event id is known; the table's stream publishes what was stored."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def store(self, transaction: Transaction, receipt: Receipt) -> Earlier | None:
        """None when the transaction is now stored, else what was there before; botocore's errors when neither is known.

        The item gets no expiry here: it expires 30 days after it was routed, and an unrouted one never does.
        """
        try:
            self._client.put_item(
                TableName=self._table,
                Item=_item(transaction, receipt),
                # DynamoDB may remove an expired item days late.
                ConditionExpression="attribute_not_exists(event_id) OR expires_at < :now",
                ExpressionAttributeValues={":now": {"N": str(int(receipt.received_at.timestamp()))}},
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
        except ClientError as error:
            if not condition_failed(error):
                raise
            item = item_found(error)
            return Earlier(*(item.get(name, {}).get("S", "") for name in ("digest", "request_id")))
        return None


def _item(transaction: Transaction, receipt: Receipt) -> "dict[str, AttributeValueTypeDef]":
    return {
        "event_id": {"S": transaction.event_id},
        "transaction_type": {"S": transaction.transaction_type},
        "amount": {"N": plain(transaction.amount)},
        "timestamp": {"S": utc_text(transaction.timestamp)},
        "digest": {"S": transaction.digest},
        "received_at": {"S": utc_text(receipt.received_at)},
        "request_id": {"S": receipt.request_id},
        "correlation_id": {"S": receipt.correlation_id},
        "event": {"S": receipt.event},
        # Of 16 shards: 1,000 events a second make 125 writes a second in each.
        "unrouted": {"S": shard_of(transaction.event_id)},
    }
