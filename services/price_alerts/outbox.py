"""The alert-rules table as an outbox: fired rules whose alerts are to be published, and the mark that they were."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from services.common.aws_errors import condition_failed
from services.common.conditional_write import written
from services.common.timestamp import utc_text
from services.price_alerts.domain.alert import Alert
from services.price_alerts.domain.rule import Direction

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient

UNNOTIFIED_INDEX = "unnotified-index"
PAGE = 100
# Longer than the function may run, so that a claim outlives its holder and no one else's.
LEASE = timedelta(seconds=120)

Key = dict[str, Any]


class PoisonAlertError(Exception):
    """A fired item that no alert can be made of."""


class Outbox:
    """Finds, claims and marks fired rules."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def stale(self, shard: str, before: datetime) -> Iterator[list[Key]]:
        """Pages of the keys, oldest first, of the rules that fired before an instant and await their alert."""
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            IndexName=UNNOTIFIED_INDEX,
            KeyConditionExpression="unnotified = :shard AND fired_at < :before",
            ExpressionAttributeValues={":shard": {"S": shard}, ":before": {"S": utc_text(before)}},
            ProjectionExpression="userId, alertId",
            PaginationConfig={"PageSize": PAGE},
        )
        for page in pages:
            yield [dict(item) for item in page["Items"]]

    def claim(self, key: Key, claimant: str, now: datetime) -> Alert | None:
        """The alert, when it is now the claimant's alone for two minutes; PoisonAlertError where none can be made."""
        try:
            answer = self._client.update_item(
                TableName=self._table,
                Key=key,
                UpdateExpression="SET claimed_until = :until, claimed_by = :claimant",
                ConditionExpression=(
                    "attribute_exists(unnotified) AND "
                    "(attribute_not_exists(claimed_until) OR claimed_until < :now OR claimed_by = :claimant)"
                ),
                ExpressionAttributeValues={
                    ":until": {"N": str(int((now + LEASE).timestamp()))},
                    ":now": {"N": str(int(now.timestamp()))},
                    ":claimant": {"S": claimant},
                },
                ReturnValues="ALL_NEW",
            )
        except ClientError as error:
            if not condition_failed(error):
                raise
            return None
        return _alert(answer["Attributes"])

    def mark_notified(self, alert: Alert, now: datetime) -> bool:
        """Takes a published alert out of the index; False when that was done before, or the rule is gone."""
        return written(
            self._client.update_item,
            TableName=self._table,
            Key={"userId": {"S": alert.user_id}, "alertId": {"S": alert.alert_id}},
            UpdateExpression="SET notified_at = :now REMOVE unnotified, claimed_until, claimed_by",
            ConditionExpression="attribute_exists(unnotified) AND message_id = :message_id",
            ExpressionAttributeValues={":now": {"S": utc_text(now)}, ":message_id": {"S": alert.message_id}},
        )


def _alert(item: Mapping[str, Mapping[str, Any]]) -> Alert:
    try:
        texts = {
            name: str(item[name]["S"])
            for name in ("symbol", "exchange", "observed_at", "fired_at", "message_id", "correlation_id")
        }
        return Alert(
            user_id=str(item["userId"]["S"]),
            alert_id=str(item["alertId"]["S"]),
            direction=Direction(str(item["direction"]["S"])),
            threshold=Decimal(str(item["threshold"]["N"])),
            price=Decimal(str(item["price"]["N"])),
            **texts,
        )
    except (KeyError, ValueError) as error:
        alert_id = item["alertId"].get("S")
        raise PoisonAlertError(f"no alert can be made of alertId '{alert_id}': {error!r}") from error
