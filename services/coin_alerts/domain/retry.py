"""When to ask again: exponential backoff with full jitter, unless the server says when."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

BASE = timedelta(seconds=0.5)
CAP = timedelta(seconds=8)
# The longest ban that the exchange announces; a longer one is taken for a mistake.
MAX_RETRY_AFTER = timedelta(days=3)

_DELAY_SECONDS = re.compile(r"[0-9]{1,18}")

# A number from 0 up to 1.
Random = Callable[[], float]


def backoff(retries: int, random: Random) -> timedelta:
    """How long to wait after so many retries, from 0: at random, up to a bound that doubles from 0.5 s to 8 s."""
    return random() * min(CAP, BASE * 2 ** min(retries, 10))


def parse_retry_after(header: str | None, now: datetime) -> timedelta | None:
    """The wait that a Retry-After header asks for, in seconds or as an HTTP date: 0 to 3 days; None where it asks none.

    Nobody knows what a malformed header asks for.
    """
    text = (header or "").strip()
    if _DELAY_SECONDS.fullmatch(text):
        return min(timedelta(seconds=min(int(text), 10**6)), MAX_RETRY_AFTER)
    try:
        date = parsedate_to_datetime(text)
    except (ValueError, IndexError, TypeError):
        return None
    # An HTTP date is in GMT, also where its text does not say so.
    at = date if date.tzinfo else date.replace(tzinfo=UTC)
    return min(max(at - now, timedelta()), MAX_RETRY_AFTER)
