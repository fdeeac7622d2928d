"""Enrichment: what new prices have an influence on gets the metrics of the window that it now has."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal

from services.common.workers import Workers
from services.price_enrichment.domain.metrics import Enrichment, enrichments
from services.price_enrichment.series_table import SeriesTable, Stretch


@dataclass(frozen=True, slots=True)
class Enriched:
    """How many prices got new metrics, and at which new timestamps there was no time to look."""

    written: int
    left: frozenset[Decimal]


@dataclass(frozen=True)
class Enricher:
    """Computes metrics from what is stored alone, so that copies, order and lateness of events make no difference."""

    table: SeriesTable
    workers: Workers

    def enrich(self, symbol: str, new: Iterable[Decimal], time_left: Callable[[], bool]) -> Enriched:
        """Gives metrics to what the new prices at these timestamps have an influence on, a stretch at a time."""
        left = frozenset(new)
        stretches = self.table.stretches(symbol, left)
        written = 0
        while left and time_left():
            stretch = next(stretches, None)
            if stretch is None:
                # Those are in the table no more.
                return Enriched(written, frozenset())
            written += self._enrich(symbol, stretch)
            left = frozenset(timestamp for timestamp in left if timestamp > stretch.prices[-1].point.timestamp)
        return Enriched(written, left)

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
