"""Five-minute windows of event time, and the longer ones that are made of them. A window is its first Unix second."""

from collections.abc import Mapping

from services.market_data.domain.tick import SEQUENCES

SECONDS = 300
_MICROSECONDS = 1_000_000

# All divide a day, so that windows begin at midnight UTC whatever their length.
LENGTHS: Mapping[str, int] = {
    "5m": SECONDS,
    "15m": 900,
    "30m": 1_800,
    "1h": 3_600,
    "4h": 14_400,
    "1d": 86_400,
}


def window_of(instant: int) -> int:
    """The window in which an instant, in microseconds since 1970, lies: its start belongs to it, its end does not."""
    return start_of(instant // _MICROSECONDS, SECONDS)


def start_of(second: int, length: int) -> int:
    """The first second of the window of that length in which a second lies."""
    return second // length * length


def places_in(window: int) -> tuple[int, int]:
    """The first and the last place that a trade within the window can have."""
    first = window * _MICROSECONDS * SEQUENCES
    return first, first + SECONDS * _MICROSECONDS * SEQUENCES - 1
