"""How many digits are worked with and stored.

Prices have up to 36 digits: with 80 their sums stay exact, and the logarithm of the quotient of two that differ in the
last digit alone keeps 40.
"""

from contextlib import AbstractContextManager
from decimal import ROUND_HALF_EVEN, Context, Decimal, localcontext

_WORKING = Context(prec=80, rounding=ROUND_HALF_EVEN)
# DynamoDB keeps 38 digits.
_STORED = Context(prec=34, rounding=ROUND_HALF_EVEN)
# What rounding leaves of a volatility of zero vanishes below it.
_LEAST = Decimal("1e-50")


def working_precision() -> AbstractContextManager[Context]:
    """The context that all arithmetic of the metrics is done in, whatever the thread's own is."""
    return localcontext(_WORKING)


def storable(value: Decimal) -> Decimal:
    """A result to 34 digits, at most 50 of them after the point, without trailing zeros."""
    return _STORED.normalize(value.quantize(_LEAST, context=_WORKING))
