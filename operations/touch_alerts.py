"""`touch-alerts`: has those alerts for a coin judged that never were, since the stream's records of them were lost."""

from collections.abc import Iterator
from typing import Any

from botocore.exceptions import ClientError

from operations.problem import OperationError, choose
from operations.pulumi_command import PulumiCommand
from services.common.aws_errors import condition_failed
from services.common.timestamp import utc_now, utc_text
from shared.contract import output_key

SYSTEM, TABLE, INDEX = "coin-alerts", "crypto-alerts", "coinSymbol-index"


def touch_alerts(pulumi: PulumiCommand, coin: str) -> None:
    """Brings the coin's alerts that bear no verdict into the stream by writing to them, and says how many they were."""
    dynamodb: Any = pulumi.target.client("dynamodb")
    table = _table(pulumi)
    touched = 0
    # The index has the coin as each writer wrote it.
    for symbol in sorted({coin, coin.upper(), coin.lower()}):
        touched += sum(_touch(dynamodb, table, key) for key in _keys(dynamodb, table, symbol))
    print(f"{touched} alerts for {coin.upper()} had never been judged; the stream has them now")


def _keys(dynamodb: Any, table: str, symbol: str) -> Iterator[dict[str, Any]]:
    pages = dynamodb.get_paginator("query").paginate(
        TableName=table,
        IndexName=INDEX,
        KeyConditionExpression="coinSymbol = :symbol",
        ExpressionAttributeValues={":symbol": {"S": symbol}},
    )
    for item in (item for page in pages for item in page["Items"]):
        yield {name: item[name] for name in ("userId", "alertId")}


def _touch(dynamodb: Any, table: str, key: dict[str, Any]) -> bool:
    try:
        dynamodb.update_item(
            TableName=table,
            Key=key,
            UpdateExpression="SET touched_at = :now",
            ConditionExpression="attribute_exists(userId) AND attribute_not_exists(revision)",
            ExpressionAttributeValues={":now": {"S": utc_text(utc_now())}},
        )
    except ClientError as error:
        if not condition_failed(error):
            raise OperationError(f"an alert was not touched: {error}; touch the coin's alerts again") from None
        return False
    return True


def _table(pulumi: PulumiCommand) -> str:
    systems = {system.name: system for system in pulumi.target.systems}
    system = systems[choose("system", SYSTEM, tuple(systems))]
    (table,) = (table for table in system.tables if table.name == TABLE)
    name = pulumi.outputs("data").get(output_key(table, "name"))
    if not name:
        environment = pulumi.target.environment
        raise OperationError(f"'{environment}' has no {TABLE}; deploy it: just deploy-all {environment}")
    return str(name)
