"""A circuit breaker: an exchange that keeps failing, or asks for quiet, is left alone for a while."""

from dataclasses import dataclass
from datetime import datetime, timedelta

# This many failed passes open it; from then on one call a pass tries whether the exchange is back.
TOLERATED = 3
FIRST = timedelta(minutes=2)
LONGEST = timedelta(minutes=15)


@dataclass(frozen=True)
class Circuit:
    """How many passes have failed in a row, and until when no call may be made."""

    failures: int = 0
    open_until: datetime | None = None

    @property
    def closed(self) -> bool:
        """Whether the exchange is trusted to answer: calls that fail are worth a retry."""
        return self.failures < TOLERATED

    def admits(self, now: datetime) -> bool:
        """Whether a call may be made."""
        return self.open_until is None or now >= self.open_until

    def failed(self, now: datetime, retry_after: timedelta | None) -> "Circuit":
        """After a failed pass: open as long as the exchange asks, and for 2 to 15 minutes from the third failure on."""
        failures = self.failures + 1
        waits = [wait for wait in (retry_after, _wait(failures)) if wait]
        return Circuit(failures, now + max(waits) if waits else None)


def _wait(failures: int) -> timedelta | None:
    if failures < TOLERATED:
        return None
    return min(LONGEST, FIRST * 2 ** min(failures - TOLERATED, 10))
