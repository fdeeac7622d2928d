"""The crypto-prices table as the processor sees it: one item a price, written once and never over another."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from services.common.amount import plain
from services.common.aws_errors import condition_failed, item_found
from services.common.timestamp import utc_text
from services.price_enrichment.domain.price import Price

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient


class KeyTakenError(Exception):
    """Another price has the key; the digests of two prices of one instant agree in 20 digits."""


@dataclass(frozen=True)
class Receipt:
    """When and under which ids a webhook was accepted; the request's is equal in every try of one webhook."""

    received_at: datetime
    request_id: str
    correlation_id: str


class PriceTable:
    """Stores prices."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def store(self, price: Price, receipt: Receipt) -> bool:
        """Whether the price is this request's, now or in an earlier try; False when another request brought it.

        Raises KeyTakenError rather than write over another price.
        """
        try:
            self._client.put_item(
                TableName=self._table,
                Item={
                    "symbol": {"S": price.symbol},
                    "timestamp": {"N": plain(price.timestamp)},
                    "exchange": {"S": price.exchange},
                    "price": {"N": plain(price.price)},
                    "observed_at": {"S": utc_text(price.observed_at)},
                    "received_at": {"S": utc_text(receipt.received_at)},
                    "request_id": {"S": receipt.request_id},
                    "correlation_id": {"S": receipt.correlation_id},
                },
                ConditionExpression="attribute_not_exists(symbol)",
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
        except ClientError as error:
            if not condition_failed(error):
                raise
            item = item_found(error)
            known = (item["exchange"]["S"], Decimal(item["price"]["N"]))
            if known != (price.exchange, price.price):
                raise KeyTakenError(
                    f"{price.message_id} is the price of '{known[0]}'; that of '{price.exchange}' was not stored"
                ) from error
            return item["request_id"]["S"] == receipt.request_id
        return True
