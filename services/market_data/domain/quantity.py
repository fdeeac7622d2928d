"""Prices and sizes in vendors' files."""

import re
from decimal import Decimal

from services.common.amount import parse_amount

# What JavaScript and pandas make of small numbers.
_SCIENTIFIC = re.compile(r"[0-9]+(\.[0-9]*)?[eE][+-]?[0-9]{1,3}")


def parse_quantity(value: object, field: str) -> Decimal:
    """The exact decimal of a JSON value, or of digits, which may bear an exponent: 1e-7.

    Raises InvalidInputError for negatives, NaN, Infinity and what has more than 18 digits on either side of the point.
    """
    if isinstance(value, str) and _SCIENTIFIC.fullmatch(value):
        return parse_amount(Decimal(value), field)
    return parse_amount(value, field)
