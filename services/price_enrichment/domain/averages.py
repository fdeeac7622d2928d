"""Moving averages over a window of prices, oldest first; to be called in the working precision."""

from collections.abc import Sequence
from decimal import Decimal


def simple_average(prices: Sequence[Decimal]) -> Decimal:
    """The mean of the prices."""
    return sum(prices, Decimal(0)) / len(prices)


def exponential_average(prices: Sequence[Decimal], span: int) -> Decimal:
    """The mean in which a price weighs (span-1)/(span+1) of the one after it, all weights together being 1."""
    decay = Decimal(span - 1) / (span + 1)
    weighted = weights = Decimal(0)
    for price in prices:
        weighted = weighted * decay + price
        weights = weights * decay + 1
    return weighted / weights
