"""The checker's side of the table crypto-alerts: which alerts a price triggers, and which still wait to be notified."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from services.coin_alerts.alert_item import ARMED_INDEX, UNNOTIFIED_INDEX, AlertKey, Image, key_of, terms_of
from services.coin_alerts.conditional_updates import Condition, ConditionalUpdates, unchanged
from services.coin_alerts.domain.terms import ABOVE, CONDITIONS, armed_for
from services.common.amount import plain
from services.common.invalid_input import InvalidInputError
from services.common.shards import shard_of
from services.common.timestamp import utc_text

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient

PAGE = 50
# The stream has long notified what it can by then.
TOUCH_AFTER = timedelta(minutes=5)


@dataclass(frozen=True)
class Trigger:
    """The price that triggers alerts, when, and in which pass."""

    price: Decimal
    at: datetime
    pass_id: str


class ArmedAlerts:
    """Reads the alerts that a price triggers, and no others, and marks them as triggered."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table
        self._updates = ConditionalUpdates(client, table)

    def beyond(self, coin_symbol: str, condition: str, price: Decimal) -> Iterator[list[Image]]:
        """Pages of the armed alerts whose threshold the price has passed, by threshold."""
        passed = "<" if condition == ABOVE else ">"
        return self._pages(
            ARMED_INDEX,
            f"armed_for = :armed_for AND armed_threshold {passed} :price",
            {":armed_for": {"S": armed_for(coin_symbol, condition)}, ":price": {"N": plain(price)}},
        )

    def any_armed(self, coin_symbol: str) -> bool:
        """Whether an alert is armed for the coin; reads one of each condition at most."""
        return any(self._one_armed(armed_for(coin_symbol, condition)) for condition in CONDITIONS)

    def trigger(self, alert: Image, trigger: Trigger) -> bool:
        """Whether this write has triggered the alert; False when it is no longer what the index showed.

        An alert with new terms that are not armed yet is not triggered by its old ones.
        """
        if not _armed_as_written(alert):
            return False
        key = key_of(alert)
        as_indexed = unchanged(alert)
        return self._updates.apply(
            key,
            "SET triggered_for = :armed_for, triggered_price = :price, triggered_at = :at, correlation_id = :pass, "
            "unnotified = :shard, touch_after = :touch_after REMOVE armed_for",
            replace(as_indexed, expression=f"{as_indexed.expression} AND attribute_exists(armed_for)"),
            {
                ":armed_for": dict(alert["armed_for"]),
                ":price": {"N": plain(trigger.price)},
                ":at": {"S": utc_text(trigger.at)},
                ":pass": {"S": trigger.pass_id},
                ":shard": {"S": shard(key)},
                ":touch_after": {"S": utc_text(trigger.at + TOUCH_AFTER)},
            },
        )

    def overdue(self, its_shard: str, now: datetime) -> Iterator[list[Image]]:
        """Pages of a shard's triggered alerts that are due to be touched, the longest due first."""
        return self._pages(
            UNNOTIFIED_INDEX,
            "unnotified = :shard AND touch_after < :now",
            {":shard": {"S": its_shard}, ":now": {"S": utc_text(now)}},
        )

    def touch(self, alert: Image, now: datetime) -> bool:
        """Whether the alert goes through the stream once more; False when it was notified or touched meanwhile."""
        due = Condition("attribute_exists(unnotified) AND touch_after = :seen", {":seen": dict(alert["touch_after"])})
        later = {":later": {"S": utc_text(now + TOUCH_AFTER)}}
        return self._updates.apply(key_of(alert), "SET touch_after = :later", due, later)

    def _one_armed(self, partition: str) -> bool:
        answer = self._client.query(
            TableName=self._table,
            IndexName=ARMED_INDEX,
            KeyConditionExpression="armed_for = :armed_for",
            ExpressionAttributeValues={":armed_for": {"S": partition}},
            Limit=1,
        )
        return bool(answer["Items"])

    def _pages(self, index: str, condition: str, values: dict[str, Any]) -> Iterator[list[Image]]:
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            IndexName=index,
            KeyConditionExpression=condition,
            ExpressionAttributeValues=values,
            PaginationConfig={"PageSize": PAGE},
        )
        for page in pages:
            yield list(page["Items"])


def _armed_as_written(alert: Image) -> bool:
    try:
        terms = terms_of(alert)
    except InvalidInputError:
        return False
    armed = (alert["armed_for"].get("S"), Decimal(alert["armed_threshold"]["N"]))
    return (terms.armed_for, terms.threshold) == armed and "revision" in alert


def shard(key: AlertKey) -> str:
    """One of 16 partitions of the index of alerts that wait for their notification."""
    return shard_of(f"{key.user_id}\0{key.alert_id}")
