"""A series of prices on a fake table: put in any order, enriched by anyone, compared with the ordered series."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

from services.common.workers import Workers
from services.price_enrichment.domain.metrics import Enrichment, enrichments
from services.price_enrichment.domain.price import Price
from services.price_enrichment.domain.series import PricePoint
from services.price_enrichment.enricher import Enricher
from services.price_enrichment.price_table import PriceTable, Receipt
from services.price_enrichment.series_table import SeriesTable
from tests.unit.services.fakes import START
from tests.unit.services.price_enrichment.fake_price_table import FakePriceTable

TABLE = "crypto-prices"


def price(number: int, exchange: str = "kraken") -> Price:
    """The price of the number-th second; no two are alike."""
    value = Decimal(60_000) + Decimal(number * 7919 % 1009) / 100
    return Price("BTC-USD", exchange, value, START + timedelta(seconds=number))


class Series:
    """The table and what the system does with it."""

    def __init__(self) -> None:
        self.dynamodb = FakePriceTable()
        self.intake = PriceTable(self.dynamodb, TABLE)
        self.table = SeriesTable(self.dynamodb, TABLE)
        self.enricher = Enricher(self.table, Workers(2))

    def put(self, *prices: Price, request_id: str = "request") -> None:
        for one in prices:
            self.intake.store(one, Receipt(START, request_id, "c-1"))

    def enrich(self, *prices: Price) -> int:
        return self.enricher.enrich("BTC-USD", [one.timestamp for one in prices], lambda: True).written

    def stored(self) -> list[dict[str, Any]]:
        """Of each price what enrichment wrote, in the order of time."""
        return [
            {name: item.get(name) for name in ("timestamp", "window_size", "window_start", "metrics")}
            for item in self.dynamodb.items()
        ]


class Unhurried(SeriesTable):
    """Keeps what it is to write, as a worker does that was stopped between reading and writing."""

    def __init__(self, series: Series) -> None:
        super().__init__(series.dynamodb, TABLE)
        self.kept: list[Enrichment] = []

    def write(self, symbol: str, enrichment: Enrichment) -> bool:
        assert symbol == "BTC-USD"
        self.kept.append(enrichment)
        return True


def expected(prices: Sequence[Price]) -> list[dict[str, Any]]:
    """What the ordered series without copies has."""
    unique = {one.timestamp: PricePoint(one.timestamp, one.price) for one in prices}
    return [
        {
            "timestamp": enrichment.timestamp,
            "window_size": enrichment.window.size,
            "window_start": enrichment.window.start,
            "metrics": {name: {"N": f"{value:f}"} for name, value in enrichment.metrics.items()},
        }
        for enrichment in enrichments([unique[timestamp] for timestamp in sorted(unique)], 0)
    ]
