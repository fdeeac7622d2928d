"""The series of a symbol: all its prices in the order of their timestamps, whichever exchange they are of."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

# A price's metrics are made of so many prices at most, it being the last: what a late price changes is bounded by it.
LONGEST_WINDOW = 200


@dataclass(frozen=True, slots=True)
class PricePoint:
    """A price in its series; `timestamp` is its sort key, unique in the series."""

    timestamp: Decimal
    price: Decimal


@dataclass(frozen=True, slots=True, order=True)
class Window:
    """The prices that metrics are made of: how many, and the timestamp of the first.

    A price that comes late makes the windows it falls into longer or, where they are full, start later. So of two
    windows that end at one price the greater one knows of more prices, and equal ones hold the same.
    """

    size: int
    start: Decimal


def window_at(series: Sequence[PricePoint], position: int) -> tuple[Window, Sequence[PricePoint]]:
    """The window that ends at a position of an ordered series, and its prices, oldest first."""
    points = series[max(0, position + 1 - LONGEST_WINDOW) : position + 1]
    return Window(len(points), points[0].timestamp), points
