"""The alert-rules table as evaluation sees it: the armed rules that a price reaches, and the write that fires one."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from services.common.amount import plain
from services.common.aws_errors import condition_failed, item_found
from services.common.conditional_write import written
from services.common.shards import shard_of
from services.common.timestamp import utc_text
from services.price_alerts.domain.alert import Alert
from services.price_alerts.domain.price_update import PriceUpdate
from services.price_alerts.domain.rule import ArmedRule, Direction, MalformedRuleError, armed_for, armed_rule

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient

ARMED_INDEX = "armed-index"
# So many rules are fired before their alerts are published: what a cut leaves to the sweep.
PAGE = 100

Item = Mapping[str, Mapping[str, Any]]

_REACHED = {Direction.ABOVE: "threshold <= :price", Direction.BELOW: "threshold >= :price"}
_FIRE = (
    "SET fired_at = :fired_at, price = :price, exchange = :exchange, observed_at = :observed_at, "
    "message_id = :message_id, correlation_id = :correlation_id, fired_by = :claimant, unnotified = :shard "
    "REMOVE armed_for"
)
_STILL_ARMED = "armed_for = :armed_for AND armed_at = :armed_at AND threshold = :threshold"


@dataclass(frozen=True)
class MalformedItem:
    """An item of the index that is no rule, with the reason."""

    user_id: str
    alert_id: str
    armed_for: str
    reason: str


class ArmedRules:
    """Finds, fires and disarms rules."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def reached(
        self, symbol: str, direction: Direction, price: Decimal
    ) -> Iterator[tuple[list[ArmedRule], list[MalformedItem]]]:
        """Pages of the armed rules whose thresholds the price reaches, and of what stands among them and is none."""
        partition = armed_for(symbol, direction)
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            IndexName=ARMED_INDEX,
            KeyConditionExpression=f"armed_for = :armed_for AND {_REACHED[direction]}",
            ExpressionAttributeValues={":armed_for": {"S": partition}, ":price": {"N": plain(price)}},
            PaginationConfig={"PageSize": PAGE},
        )
        for page in pages:
            yield _parsed(page["Items"], partition)

    def fire(self, rule: ArmedRule, update: PriceUpdate, claimant: str, now: datetime) -> Alert | None:
        """The alert, when this call is the one that fired the rule; None when another was, or the rule has changed."""
        tick = update.tick
        alert = Alert(
            message_id=rule.crossing_id,
            user_id=rule.user_id,
            alert_id=rule.alert_id,
            symbol=rule.symbol,
            direction=rule.direction,
            threshold=rule.threshold,
            price=tick.price,
            exchange=tick.exchange,
            observed_at=utc_text(tick.observed_at),
            fired_at=utc_text(now),
            correlation_id=update.correlation_id,
        )
        try:
            self._client.update_item(
                TableName=self._table,
                Key={"userId": {"S": rule.user_id}, "alertId": {"S": rule.alert_id}},
                UpdateExpression=_FIRE,
                ConditionExpression=_STILL_ARMED,
                ExpressionAttributeValues={
                    ":fired_at": {"S": alert.fired_at},
                    ":price": {"N": plain(alert.price)},
                    ":exchange": {"S": alert.exchange},
                    ":observed_at": {"S": alert.observed_at},
                    ":message_id": {"S": alert.message_id},
                    ":correlation_id": {"S": alert.correlation_id},
                    ":claimant": {"S": claimant},
                    ":shard": {"S": shard_of(alert.message_id)},
                    ":armed_for": {"S": rule.armed_for},
                    ":armed_at": {"S": rule.armed_at},
                    ":threshold": {"N": plain(rule.threshold)},
                },
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
        except ClientError as error:
            if not condition_failed(error):
                raise
            return alert if _is_own(item_found(error), alert, claimant) else None
        return alert

    def disarm(self, item: MalformedItem) -> None:
        """Takes a malformed item out of the index and says in it why."""
        written(
            self._client.update_item,
            TableName=self._table,
            Key={"userId": {"S": item.user_id}, "alertId": {"S": item.alert_id}},
            UpdateExpression="SET disarmed_because = :reason REMOVE armed_for",
            ConditionExpression="armed_for = :armed_for",
            ExpressionAttributeValues={":reason": {"S": item.reason}, ":armed_for": {"S": item.armed_for}},
        )


def _parsed(items: list[Any], partition: str) -> tuple[list[ArmedRule], list[MalformedItem]]:
    rules: list[ArmedRule] = []
    malformed: list[MalformedItem] = []
    for item in items:
        attributes = {name: str(next(iter(value.values()))) for name, value in item.items()}
        try:
            rules.append(armed_rule(attributes, partition))
        except MalformedRuleError as error:
            malformed.append(MalformedItem(attributes["userId"], attributes["alertId"], partition, str(error)))
    return rules, malformed


def _is_own(item: Item, alert: Alert, claimant: str) -> bool:
    """Whether the same claimant has fired the rule already: the reply was lost and the SDK tried again."""
    fired = {name: item.get(name, {}).get("S") for name in ("fired_by", "message_id")}
    return "unnotified" in item and fired == {"fired_by": claimant, "message_id": alert.message_id}
