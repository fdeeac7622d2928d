"""The price-history table: each tick, each symbol's latest price, and which symbols are active."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from services.common.amount import parse_amount, plain
from services.common.batch_read import read_items
from services.common.conditional_write import updated
from services.common.timestamp import parse_timestamp, utc_text
from services.price_alerts.domain.price_update import PriceUpdate
from services.price_alerts.domain.tick import Tick

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient

# Sorts after every observation, which begins with a year.
LATEST = "latest"
# No symbol begins so.
ACTIVE = "#active"
KEPT = timedelta(days=30)
ACTIVE_FOR = timedelta(hours=24)
# A symbol's registration is renewed at most so often by one execution environment: it is one item among all symbols'.
RENEWED_AFTER = timedelta(hours=1)
BATCH = 100


class PriceHistory:
    """Records prices, and tells the latest of each active symbol."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table
        self._active_until: dict[str, datetime] = {}

    def record(self, update: PriceUpdate) -> bool:
        """Keeps the tick for 30 days; whether no later one of its symbol was recorded before.

        Copies of one tick are one entry. The symbol is active for 24 hours from when the tick was received.
        """
        self._register(update)
        item = _item(update) | _key(update.tick.symbol, update.tick.observation)
        self._client.put_item(TableName=self._table, Item=item)
        return self._advance(update)

    def active_symbols(self, now: datetime) -> Iterator[str]:
        """The symbols with a tick in the last 24 hours."""
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            KeyConditionExpression="symbol = :active",
            ExpressionAttributeValues={":active": {"S": ACTIVE}},
        )
        for page in pages:
            for item in page["Items"]:
                # DynamoDB may remove an expired item days late.
                if int(item["expiryTime"].get("N", 0)) > now.timestamp():
                    yield str(item["entry"].get("S"))

    def latest(self, symbols: list[str]) -> Iterator[PriceUpdate]:
        """The latest price of each of the symbols that has one; UnreadError when DynamoDB keeps leaving some out."""
        for start in range(0, len(symbols), BATCH):
            keys = [_key(symbol, LATEST) for symbol in symbols[start : start + BATCH]]
            yield from map(_stored_update, self._read(keys))

    def _register(self, update: PriceUpdate) -> None:
        symbol = update.tick.symbol
        active_until = update.received_at + ACTIVE_FOR
        known = self._active_until.get(symbol)
        if known and active_until < known + RENEWED_AFTER:
            return
        expiry = {":expiry": {"N": _seconds(active_until)}}
        self._update(
            _key(ACTIVE, symbol),
            "SET expiryTime = :expiry",
            "attribute_not_exists(expiryTime) OR expiryTime < :expiry",
            expiry,
        )
        self._active_until[symbol] = active_until

    def _advance(self, update: PriceUpdate) -> bool:
        values = {f":{name}": value for name, value in _item(update).items()}
        values[":observation"] = {"S": update.tick.observation}
        return self._update(
            _key(update.tick.symbol, LATEST),
            "SET observation = :observation, " + ", ".join(f"{name} = :{name}" for name in _item(update)),
            "attribute_not_exists(observation) OR observation <= :observation",
            values,
        )

    def _update(self, key: dict[str, Any], update: str, condition: str, values: dict[str, Any]) -> bool:
        return updated(self._client, self._table, key, update=update, condition=condition, values=values)

    def _read(self, keys: list[dict[str, Any]]) -> Iterator[Mapping[str, Any]]:
        return read_items(self._client, self._table, keys)


def _key(symbol: str, entry: str) -> dict[str, Any]:
    return {"symbol": {"S": symbol}, "entry": {"S": entry}}


def _item(update: PriceUpdate) -> dict[str, Any]:
    tick = update.tick
    return {
        "exchange": {"S": tick.exchange},
        "price": {"N": plain(tick.price)},
        "observed_at": {"S": utc_text(tick.observed_at)},
        "received_at": {"S": utc_text(update.received_at)},
        "correlation_id": {"S": update.correlation_id},
        "expiryTime": {"N": _seconds(update.received_at + KEPT)},
    }


def _stored_update(item: Mapping[str, Any]) -> PriceUpdate:
    text = {name: item[name]["S"] for name in ("symbol", "exchange", "observed_at", "received_at", "correlation_id")}
    price = parse_amount(item["price"]["N"], "price")
    tick = Tick(text["symbol"], text["exchange"], price, parse_timestamp(text["observed_at"], "observed_at"))
    return PriceUpdate(tick, parse_timestamp(text["received_at"], "received_at"), text["correlation_id"])


def _seconds(instant: datetime) -> str:
    return str(int(instant.timestamp()))
