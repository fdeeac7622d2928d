"""The metrics of prices in a series; docs/systems/price-enrichment.md has their formulas."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from services.price_enrichment.domain.averages import exponential_average, simple_average
from services.price_enrichment.domain.precision import storable, working_precision
from services.price_enrichment.domain.price import observation_time
from services.price_enrichment.domain.series import PricePoint, Window, window_at
from services.price_enrichment.domain.volatility import annualised, log_return, sample_deviation

# Prices. The exponential averages are over the whole window: what a longer one would add to the weights of span 20
# is 2e-9 of them.
SIMPLE_WINDOWS = (5, 20, 50)
EXPONENTIAL_SPANS = (5, 10, 20)
# Returns, of which each takes two prices.
VOLATILITY_WINDOWS = (5, 20)


@dataclass(frozen=True)
class Enrichment:
    """The metrics by name of the price at `timestamp`, and the window that they were made of."""

    timestamp: Decimal
    window: Window
    metrics: Mapping[str, Decimal]


def enrichments(series: Sequence[PricePoint], first: int) -> list[Enrichment]:
    """Those of the prices of an ordered series from the position `first` on.

    A simple average or a volatility is there once its window is full, an exponential average from the first price on.
    """
    with working_precision():
        returns = _returns(series, first - max(VOLATILITY_WINDOWS))
        return [_enrichment(series, position, returns) for position in range(first, len(series))]


def _returns(series: Sequence[PricePoint], first: int) -> list[Decimal]:
    """By position: the return that each price from `first` on made."""
    computed = [log_return(series[later - 1].price, series[later].price) for later in range(max(1, first), len(series))]
    return [Decimal(0)] * (len(series) - len(computed)) + computed


def _enrichment(series: Sequence[PricePoint], position: int, returns: Sequence[Decimal]) -> Enrichment:
    window, points = window_at(series, position)
    prices = [point.price for point in points]
    found = {f"sma_{size}": simple_average(prices[-size:]) for size in SIMPLE_WINDOWS if len(prices) >= size}
    found |= {f"ema_{span}": exponential_average(prices, span) for span in EXPONENTIAL_SPANS}
    for size in VOLATILITY_WINDOWS:
        if len(prices) > size:
            deviation = sample_deviation(returns[position + 1 - size : position + 1])
            found[f"volatility_{size}"] = deviation
            elapsed = observation_time(points[-1].timestamp) - observation_time(points[-size - 1].timestamp)
            # Prices of one instant tell no rate.
            if elapsed:
                found[f"annualised_volatility_{size}"] = annualised(deviation, elapsed / size)
    return Enrichment(series[position].timestamp, window, {name: storable(value) for name, value in found.items()})
