"""The stretch of time that a dashboard shows."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from shared.dashboard import PERIOD


@dataclass(frozen=True, slots=True)
class Window:
    """Whole periods from `begin` up to, and without, `end`."""

    begin: datetime
    end: datetime

    @classmethod
    def until(cls, now: datetime, periods: int) -> "Window":
        """The periods that end with the one of this instant, which is still under way."""
        end = datetime.fromtimestamp(now.timestamp() // PERIOD * PERIOD + PERIOD, UTC)
        return cls(end - periods * timedelta(seconds=PERIOD), end)

    @property
    def periods(self) -> tuple[datetime, ...]:
        """When each period begins, oldest first."""
        count = (self.end - self.begin) // timedelta(seconds=PERIOD)
        return tuple(self.begin + number * timedelta(seconds=PERIOD) for number in range(count))
