"""Users' rules, for the backend of an app: each call leaves a rule and its place in the index consistent."""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from services.common.amount import parse_amount, plain
from services.common.aws_errors import condition_failed
from services.common.symbol import canonical_symbol
from services.common.timestamp import Clock, utc_text
from services.price_alerts.domain.rule import Direction, armed_for, parse_direction, parse_id

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient


class RuleNotFoundError(LookupError):
    """No rule has these ids."""


class NotRearmableError(Exception):
    """A rule that can't be armed now; the message says why and what to do."""


@dataclass(frozen=True)
class Rule:
    """A rule as it is stored: armed, or fired at a price and quiet until it is re-armed."""

    user_id: str
    alert_id: str
    symbol: str
    direction: Direction
    threshold: Decimal
    armed: bool
    fired_at: str | None = None
    price: Decimal | None = None


class Rules:
    """Adds, lists, re-arms and removes rules in the alert-rules table."""

    def __init__(
        self, client: "DynamoDBClient", table: str, clock: Clock, new_id: Callable[[], str] = lambda: uuid.uuid4().hex
    ) -> None:
        self._client = client
        self._table = table
        self._clock = clock
        self._new_id = new_id

    def add(self, user_id: str, symbol: object, direction: object, threshold: object) -> Rule:
        """A new rule, armed; InvalidInputError names the value that is no symbol, direction, threshold or user's id."""
        rule = Rule(
            user_id=parse_id(user_id, "userId"),
            alert_id=self._new_id(),
            symbol=canonical_symbol(symbol, "symbol"),
            direction=parse_direction(direction),
            threshold=parse_amount(threshold, "threshold"),
            armed=True,
        )
        now = utc_text(self._clock())
        self._client.put_item(
            TableName=self._table,
            Item={
                **_key(rule.user_id, rule.alert_id),
                "symbol": {"S": rule.symbol},
                "direction": {"S": rule.direction.value},
                "threshold": {"N": plain(rule.threshold)},
                "armed_for": {"S": armed_for(rule.symbol, rule.direction)},
                "armed_at": {"S": now},
                "created_at": {"S": now},
            },
        )
        return rule

    def list(self, user_id: str) -> list[Rule]:
        """The user's rules, by their ids; items that are no rules are left out."""
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            KeyConditionExpression="userId = :user_id",
            ExpressionAttributeValues={":user_id": {"S": parse_id(user_id, "userId")}},
        )
        rules = (_rule(item) for page in pages for item in page["Items"])
        return [rule for rule in rules if rule]

    def rearm(self, user_id: str, alert_id: str) -> None:
        """Arms a fired rule anew; an armed one stays as it is.

        Raises RuleNotFoundError, or NotRearmableError for a malformed rule and while its last alert is unpublished.
        """
        key = _key(parse_id(user_id, "userId"), parse_id(alert_id, "alertId"))
        item = self._client.get_item(TableName=self._table, Key=key, ConsistentRead=True).get("Item")
        if not item:
            raise RuleNotFoundError(f"user '{user_id}' has no rule '{alert_id}'")
        if "armed_for" in item:
            return
        if "unnotified" in item:
            raise NotRearmableError(
                f"the last alert of rule '{alert_id}' is still to be published; try again in a few minutes"
            )
        rule = _rule(item)
        if not rule:
            raise NotRearmableError(f"item '{alert_id}' is no rule; remove it and add it anew")
        try:
            self._client.update_item(
                TableName=self._table,
                Key=key,
                UpdateExpression="SET armed_for = :armed_for, armed_at = :now REMOVE disarmed_because",
                ConditionExpression=(
                    "attribute_not_exists(armed_for) AND attribute_not_exists(unnotified) AND "
                    "symbol = :symbol AND direction = :direction AND threshold = :threshold"
                ),
                ExpressionAttributeValues={
                    ":armed_for": {"S": armed_for(rule.symbol, rule.direction)},
                    ":now": {"S": utc_text(self._clock())},
                    ":symbol": {"S": rule.symbol},
                    ":direction": {"S": rule.direction.value},
                    ":threshold": {"N": plain(rule.threshold)},
                },
            )
        except ClientError as error:
            if not condition_failed(error):
                raise
            raise NotRearmableError(f"rule '{alert_id}' was changed meanwhile; look at it and try again") from error

    def remove(self, user_id: str, alert_id: str) -> None:
        """Removes a rule, armed or fired; RuleNotFoundError where there is none."""
        try:
            self._client.delete_item(
                TableName=self._table,
                Key=_key(parse_id(user_id, "userId"), parse_id(alert_id, "alertId")),
                ConditionExpression="attribute_exists(userId)",
            )
        except ClientError as error:
            if not condition_failed(error):
                raise
            raise RuleNotFoundError(f"user '{user_id}' has no rule '{alert_id}'") from error


def _key(user_id: str, alert_id: str) -> dict[str, Any]:
    return {"userId": {"S": user_id}, "alertId": {"S": alert_id}}


def _rule(item: Mapping[str, Mapping[str, Any]]) -> Rule | None:
    """The rule in an item; None in what someone else wrote and is none."""
    price = item.get("price")
    try:
        return Rule(
            user_id=item["userId"]["S"],
            alert_id=item["alertId"]["S"],
            symbol=item["symbol"]["S"],
            direction=Direction(item["direction"]["S"]),
            threshold=Decimal(item["threshold"]["N"]),
            armed="armed_for" in item,
            fired_at=item.get("fired_at", {}).get("S"),
            price=Decimal(price["N"]) if price else None,
        )
    except (KeyError, ValueError):
        return None
