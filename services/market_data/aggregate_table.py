"""The aggregator's side of the state table: which windows are to be computed, their trades, and what they come to."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from services.common.amount import plain
from services.common.conditional_write import updated
from services.common.shards import SHARDS
from services.common.timestamp import utc_text
from services.market_data.domain.aggregate import Aggregate
from services.market_data.domain.tick import Tick
from services.market_data.domain.window import places_in
from services.market_data.state_keys import ACTIVE, aggregate_key, aggregate_partition, symbol_of

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient

DIRTY_INDEX = "dirty-index"

_BETWEEN = "symbol = :partition AND #timestamp BETWEEN :first AND :last"
_TIMESTAMP = {"#timestamp": "timestamp"}


@dataclass(frozen=True, slots=True)
class Mark:
    """How often a window was touched, how often it had been when it was last computed, when that was, and of how much.

    `computed_at` is a Unix second.
    """

    touched: int
    computed: int
    computed_at: int
    ticks: int

    @property
    def is_dirty(self) -> bool:
        return self.touched > self.computed


class AggregateTable:
    """Reads marks and trades, and overwrites aggregates by newer ones alone."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def dirty(self, before: datetime) -> Iterator[tuple[str, int]]:
        """The windows, by symbol and start, that were touched before an instant and not computed since."""
        for shard in SHARDS:
            pages = self._client.get_paginator("query").paginate(
                TableName=self._table,
                IndexName=DIRTY_INDEX,
                KeyConditionExpression="dirty = :shard AND touched_at < :before",
                ExpressionAttributeValues={":shard": {"S": shard}, ":before": {"S": utc_text(before)}},
            )
            for page in pages:
                for item in page["Items"]:
                    yield symbol_of(str(item["symbol"].get("S"))), int(item["timestamp"].get("N", 0))

    def active_symbols(self, now: datetime) -> Iterator[str]:
        """The symbols with trades in the last 24 hours."""
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            KeyConditionExpression="symbol = :active",
            ExpressionAttributeValues={":active": {"S": ACTIVE}},
        )
        for page in pages:
            for item in page["Items"]:
                # DynamoDB may remove an expired item days late.
                if int(item["expires_at"].get("N", 0)) > now.timestamp():
                    yield str(item["name"].get("S"))

    def mark(self, symbol: str, window: int) -> Mark:
        """The window's mark; that of a window never touched where it has none."""
        answer = self._client.get_item(TableName=self._table, Key=aggregate_key(symbol, window), ConsistentRead=True)
        item: Mapping[str, Any] = answer.get("Item", {})
        names = ("touched", "computed", "computed_at", "tick_count")
        return Mark(*(int(item.get(name, {}).get("N", 0)) for name in names))

    def ticks(self, symbol: str, window: int) -> Iterator[Tick]:
        """The window's trades in their order, read consistently, so that none is missed that was written before."""
        first, last = places_in(window)
        for item in self._range(symbol, first, last, ProjectionExpression="#timestamp, price, quantity"):
            yield Tick(symbol, int(item["timestamp"]["N"]), Decimal(item["price"]["N"]), Decimal(item["quantity"]["N"]))

    def store(self, symbol: str, window: int, aggregate: Aggregate | None, touched: int, now: datetime) -> bool:
        """Overwrites the window's aggregate, computed after it was touched so often; False where a newer one is there.

        The window stays dirty where it was touched since.
        """
        summed = _values(aggregate) if aggregate else {}
        update = "SET " + ", ".join(
            ["computed = :touched, computed_at = :computed_at", *(f"{name[1:]} = {name}" for name in summed)]
        )
        computed_at = str(int(now.timestamp()))
        values = {":touched": {"N": str(touched)}, ":computed_at": {"N": computed_at}} | summed
        key = aggregate_key(symbol, window)
        if self._update(key, f"{update} REMOVE dirty, touched_at", "touched = :touched", values):
            return True
        older = "touched > :touched AND (attribute_not_exists(computed) OR computed < :touched)"
        return self._update(key, update, older, values)

    def aggregates(self, symbol: str, first: int, last: int) -> Iterator[tuple[int, Aggregate]]:
        """The windows from the first to the last, in their order, that have trades, with what these come to."""
        for item in self._range(aggregate_partition(symbol), first, last):
            if "tick_count" in item:
                yield int(item["timestamp"]["N"]), _aggregate(item)

    def _range(self, partition: str, first: int, last: int, **more: Any) -> Iterator[Mapping[str, Any]]:
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            KeyConditionExpression=_BETWEEN,
            ExpressionAttributeNames=_TIMESTAMP,
            ExpressionAttributeValues={
                ":partition": {"S": partition},
                ":first": {"N": str(first)},
                ":last": {"N": str(last)},
            },
            ConsistentRead=True,
            **more,
        )
        for page in pages:
            yield from page["Items"]

    def _update(self, key: dict[str, Any], update: str, condition: str, values: dict[str, Any]) -> bool:
        return updated(self._client, self._table, key, update=update, condition=condition, values=values)


def _values(aggregate: Aggregate) -> dict[str, Any]:
    # Sums may have more digits than the 38 that DynamoDB's numbers keep.
    return {
        ":open_price": {"N": plain(aggregate.open)},
        ":high_price": {"N": plain(aggregate.high)},
        ":low_price": {"N": plain(aggregate.low)},
        ":close_price": {"N": plain(aggregate.close)},
        ":total_volume": {"S": plain(aggregate.volume)},
        ":total_turnover": {"S": plain(aggregate.turnover)},
        ":tick_count": {"N": str(aggregate.count)},
    }


def _aggregate(item: Mapping[str, Any]) -> Aggregate:
    return Aggregate(
        open=Decimal(item["open_price"]["N"]),
        high=Decimal(item["high_price"]["N"]),
        low=Decimal(item["low_price"]["N"]),
        close=Decimal(item["close_price"]["N"]),
        volume=Decimal(item["total_volume"]["S"]),
        turnover=Decimal(item["total_turnover"]["S"]),
        count=int(item["tick_count"]["N"]),
    )
