"""Money and prices: decimal from the sender's digits on, within bounds that every store and consumer can hold."""

import re
from decimal import Decimal

from services.common.invalid_input import InvalidInputError, shown

INTEGER_DIGITS = 18
DECIMAL_PLACES = 18
# 36 digits in all: DynamoDB keeps 38 exactly. 18 places hold the smallest unit of the common currencies.
DIGITS = re.compile(rf"[0-9]{{1,{INTEGER_DIGITS}}}(\.[0-9]{{1,{DECIMAL_PLACES}}})?")
ALLOWED = f"a number from 0, with at most {INTEGER_DIGITS} digits before the point and {DECIMAL_PLACES} after it"


def parse_amount(value: object, field: str) -> Decimal:
    """The exact amount of a parsed JSON value: an int, a Decimal, or a string of ASCII digits with an optional point.

    Strings are accepted since many providers send them to keep their digits out of binary floats.
    Raises InvalidInputError for every other type and for negatives, NaN, Infinity and magnitudes out of bounds.
    """
    if isinstance(value, str):
        if not DIGITS.fullmatch(value):
            raise _refusal(field, value)
        return Decimal(value)
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise InvalidInputError(
            field, f"{field} is of type {type(value).__name__}; allowed is {ALLOWED}, or a string of one"
        )
    amount = Decimal(value)
    if not _in_bounds(amount):
        raise _refusal(field, amount)
    return amount.copy_abs()


def plain(amount: Decimal) -> str:
    """The amount in digits without an exponent, its decimal places kept: `10.50`."""
    return f"{amount:f}"


def _in_bounds(amount: Decimal) -> bool:
    if not amount.is_finite() or amount < 0:
        return False
    exponent = int(amount.as_tuple().exponent)
    return -DECIMAL_PLACES <= exponent < INTEGER_DIGITS and amount.adjusted() < INTEGER_DIGITS


def _refusal(field: str, value: object) -> InvalidInputError:
    return InvalidInputError(field, f"{field} is {shown(value)}; allowed is {ALLOWED}")
