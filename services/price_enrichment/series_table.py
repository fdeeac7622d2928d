"""The crypto-prices table as the enricher sees it: series to read, metrics to write."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from services.common.amount import parse_amount, plain
from services.common.conditional_write import written
from services.common.invalid_input import InvalidInputError
from services.price_enrichment.domain.metrics import Enrichment
from services.price_enrichment.domain.series import LONGEST_WINDOW, PricePoint, Window

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import PaginatorConfigTypeDef

# The greater window knows of more prices, so that of two writers the one who knows more wins, whoever comes last.
_KNOWS_MORE = (
    "attribute_not_exists(window_size) OR window_size < :size OR (window_size = :size AND window_start < :start)"
)


@dataclass(frozen=True)
class StoredPrice:
    """A price in the table, and the window that its metrics were made of, if it has any."""

    point: PricePoint
    window: Window | None


@dataclass(frozen=True)
class Stretch:
    """Consecutive prices of a symbol; those from `first` on may have wrong metrics, those before are their windows."""

    prices: Sequence[StoredPrice]
    first: int


class SeriesTable:
    """Reads stretches of series and writes enrichments."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def stretches(self, symbol: str, new: Iterable[Decimal]) -> Iterator[Stretch]:
        """What the prices at the new timestamps, all in the table, have an influence on: themselves and 199 after each.

        Prices that are near each other share a stretch, so that their windows are read once.
        """
        pending = sorted(set(new))
        while pending:
            affected: list[StoredPrice] = []
            left = LONGEST_WINDOW
            for price in self._from(symbol, pending[0]):
                if pending and price.point.timestamp >= pending[0]:
                    pending = [timestamp for timestamp in pending if timestamp > price.point.timestamp]
                    left = LONGEST_WINDOW
                affected.append(price)
                left -= 1
                if not left:
                    break
            else:
                # What is left is in the table no more.
                pending = []
            if affected:
                before = self._before(symbol, affected[0].point.timestamp)
                yield Stretch([*before, *affected], len(before))

    def between(self, symbol: str, earliest: Decimal, latest: Decimal) -> Iterator[list[Decimal]]:
        """Pages of the timestamps of a symbol's prices from an instant on and before another, in Unix seconds."""
        page: list[Decimal] = []
        for price in self._from(symbol, earliest):
            if price.point.timestamp >= latest:
                break
            page.append(price.point.timestamp)
            if len(page) == LONGEST_WINDOW:
                yield page
                page = []
        if page:
            yield page

    def write(self, symbol: str, enrichment: Enrichment) -> bool:
        """Whether the metrics were written; False where metrics of the same window or a greater one are there."""
        metrics = {name: {"N": plain(value)} for name, value in enrichment.metrics.items()}
        return written(
            self._client.update_item,
            TableName=self._table,
            Key={"symbol": {"S": symbol}, "timestamp": {"N": plain(enrichment.timestamp)}},
            UpdateExpression="SET #metrics = :metrics, window_size = :size, window_start = :start",
            # A price that is gone must not come back as an item of metrics alone, and as a new one for the stream.
            ConditionExpression=f"attribute_exists(price) AND ({_KNOWS_MORE})",
            ExpressionAttributeNames={"#metrics": "metrics"},
            ExpressionAttributeValues={
                ":metrics": {"M": metrics},
                ":size": {"N": str(enrichment.window.size)},
                ":start": {"N": plain(enrichment.window.start)},
            },
        )

    def _from(self, symbol: str, timestamp: Decimal) -> Iterator[StoredPrice]:
        return self._read(symbol, "#timestamp >= :timestamp", timestamp, {"PageSize": LONGEST_WINDOW}, forward=True)

    def _before(self, symbol: str, timestamp: Decimal) -> list[StoredPrice]:
        limits: PaginatorConfigTypeDef = {"PageSize": LONGEST_WINDOW - 1, "MaxItems": LONGEST_WINDOW - 1}
        latest = self._read(symbol, "#timestamp < :timestamp", timestamp, limits, forward=False)
        return list(latest)[::-1]

    def _read(
        self, symbol: str, condition: str, timestamp: Decimal, limits: "PaginatorConfigTypeDef", *, forward: bool
    ) -> Iterator[StoredPrice]:
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            KeyConditionExpression=f"symbol = :symbol AND {condition}",
            ExpressionAttributeNames={"#timestamp": "timestamp"},
            ExpressionAttributeValues={":symbol": {"S": symbol}, ":timestamp": {"N": plain(timestamp)}},
            ProjectionExpression="#timestamp, price, window_size, window_start",
            ConsistentRead=True,
            ScanIndexForward=forward,
            PaginationConfig=limits,
        )
        return (price for page in pages for item in page["Items"] if (price := stored_price(item)))


def stored_price(item: Mapping[str, Any]) -> StoredPrice | None:
    """The price in an item or its image; None in what someone else wrote and is none."""
    try:
        price = parse_amount(Decimal(item["price"]["N"]), "price")
    except (KeyError, InvalidInputError):
        return None
    if not price:
        return None
    point = PricePoint(Decimal(item["timestamp"]["N"]), price)
    if "window_start" not in item:
        return StoredPrice(point, None)
    return StoredPrice(point, Window(int(item["window_size"]["N"]), Decimal(item["window_start"]["N"])))
