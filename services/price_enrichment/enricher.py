"""Enrichment: what new prices have an influence on gets the metrics of the window that it now has."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from services.common.workers import Workers
from services.price_enrichment.domain.metrics import Enrichment, enrichments
from services.price_enrichment.series_table import SeriesTable, Stretch


@dataclass(frozen=True)
class Enricher:
    """Computes metrics from what is stored alone, so that copies, order and lateness of events make no difference."""

    table: SeriesTable
    workers: Workers

    def enrich(self, symbol: str, new: Iterable[Decimal]) -> int:
        """How many prices got new metrics because of the new prices at these timestamps."""
        return sum(self._enrich(symbol, stretch) for stretch in self.table.stretches(symbol, new))

    def _enrich(self, symbol: str, stretch: Stretch) -> int:
        series = [price.point for price in stretch.prices]
        outdated = [
            enrichment
            for price, enrichment in zip(
                stretch.prices[stretch.first :], enrichments(series, stretch.first), strict=True
            )
            if price.window is None or price.window < enrichment.window
        ]

        def write(enrichment: Enrichment) -> bool:
            return self.table.write(symbol, enrichment)

        return sum(self.workers.map(write, outdated))
