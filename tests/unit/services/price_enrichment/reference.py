"""The metrics as their formulas say, in exact fractions and plain loops: slow, and unlike the code under test."""

import math
import statistics
from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Any

YEAR = 365 * 24 * 60 * 60


def simple(prices: Sequence[Fraction], size: int) -> Fraction:
    return Fraction(sum(prices[-size:])) / size


def exponential(prices: Sequence[Fraction], span: int) -> Fraction:
    """The weighted mean with the weights written out."""
    alpha = Fraction(2, span + 1)
    weights = [(1 - alpha) ** age for age in range(min(200, len(prices)))]
    return sum(weight * price for weight, price in zip(weights, reversed(prices), strict=False)) / sum(weights)


def log_returns(prices: Sequence[Fraction]) -> list[float]:
    return [log_of(later / earlier) for earlier, later in pairwise(prices)]


def log_of(quotient: Fraction) -> float:
    """Each of the two loses what the other keeps, of quotients near 1 and of those far from it."""
    return math.log1p(quotient - 1) if Fraction(1, 2) < quotient < 2 else math.log(quotient)


def metrics(series: Sequence[Any]) -> dict[str, float]:
    """Those of the last of some points."""
    prices = [Fraction(point.price) for point in series]
    times = [math.floor(Fraction(point.timestamp) * 10**6) for point in series]
    found: dict[str, float] = {}
    for size in (5, 20, 50):
        if len(prices) >= size:
            found[f"sma_{size}"] = float(simple(prices, size))
    for span in (5, 10, 20):
        found[f"ema_{span}"] = float(exponential(prices, span))
    for size in (5, 20):
        if len(prices) >= size + 1:
            deviation = statistics.stdev(log_returns(prices[-size - 1 :]))
            found[f"volatility_{size}"] = deviation
            if elapsed := (times[-1] - times[-size - 1]) / 10**6:
                found[f"annualised_volatility_{size}"] = deviation * math.sqrt(YEAR / (elapsed / size))
    return found
