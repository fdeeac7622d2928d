"""Instants: RFC 3339 with a zone when they come in, UTC with microseconds when they go out."""

import re
from collections.abc import Callable
from datetime import UTC, datetime

from services.common.invalid_input import InvalidInputError, shown

Clock = Callable[[], datetime]

RFC_3339 = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?([Zz]|[+-][0-9]{2}:[0-9]{2})"
)
ALLOWED = "an RFC 3339 string with its zone, such as 2026-11-21T10:06:37Z or 2026-11-21T11:06:37.250+01:00"


def utc_now() -> datetime:
    """The present, in UTC."""
    return datetime.now(UTC)


def utc_text(instant: datetime) -> str:
    """An instant in UTC, always 27 characters, so that its text sorts as its time does."""
    return instant.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def parse_timestamp(value: object, field: str) -> datetime:
    """The instant, in UTC to the microsecond, of an RFC 3339 string; InvalidInputError for every other form.

    A number is refused: its unit (seconds or milliseconds) would be a guess.
    """
    if not isinstance(value, str) or not RFC_3339.fullmatch(value):
        raise _refusal(field, value)
    try:
        return datetime.fromisoformat(value.upper()).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise _refusal(field, value) from error


def _refusal(field: str, value: object) -> InvalidInputError:
    return InvalidInputError(field, f"{field} is {shown(value)}; allowed is {ALLOWED}")
