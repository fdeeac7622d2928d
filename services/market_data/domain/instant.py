"""Instants as whole microseconds since 1970, in whatever way vendors write them."""

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from services.common.amount import plain
from services.common.invalid_input import InvalidInputError, shown
from services.common.timestamp import RFC_3339, parse_timestamp

# Seconds, milliseconds, microseconds and nanoseconds have 10, 13, 16 and 19 digits from 2001 to 2286: the unit is no
# guess.
_UNIX = re.compile(r"([1-9][0-9]{9})(?:\.([0-9]{1,9})|([0-9]{3}|[0-9]{6}|[0-9]{9}))?")
_DIGITS = 19
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
ALLOWED = (
    "an RFC 3339 time with its zone, or a Unix time of 10 digits (seconds, decimals allowed), 13 (milliseconds), "
    "16 (microseconds) or 19 (nanoseconds)"
)


def parse_instant(value: object, field: str) -> int:
    """Microseconds since 1970 of a string, an int or a Decimal, finer digits cut off.

    Raises InvalidInputError for what is no instant.
    """
    text = _text(value)
    if unix := _UNIX.fullmatch(text):
        seconds, decimals, finer = unix.groups()
        return int(seconds + ((decimals or "") + (finer or "")).ljust(6, "0")[:6])
    if RFC_3339.fullmatch(text):
        instant = to_micros(parse_timestamp(text, field))
        if instant >= 0:
            return instant
    raise InvalidInputError(field, f"{field} is {shown(value)}; allowed is {ALLOWED}")


def _text(value: object) -> str:
    if isinstance(value, Decimal):
        exponent = value.as_tuple().exponent
        # Beyond that no number is a time, and the digits of 1e999999999 fill a gigabyte.
        return plain(value) if isinstance(exponent, int) and abs(exponent) < _DIGITS else ""
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""


def to_micros(instant: datetime) -> int:
    """Microseconds since 1970 of an instant with a zone."""
    return (instant - _EPOCH) // _MICROSECOND


def from_seconds(seconds: int) -> datetime:
    """The instant, in UTC, so many seconds after 1970."""
    return _EPOCH + timedelta(seconds=seconds)
