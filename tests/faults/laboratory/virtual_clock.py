"""Time that passes only when it is told to, or when somebody sleeps."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from unittest import mock

import time_machine

START = datetime(2026, 11, 21, 10, 0, 0, tzinfo=UTC)


class VirtualClock:
    """The one clock of handlers, AWS and delivery; whoever sleeps moves it on."""

    def __init__(self, traveller: time_machine.Traveller) -> None:
        self._traveller = traveller

    def now(self) -> datetime:
        return datetime.now(UTC)

    def pass_by(self, seconds: float) -> None:
        self._traveller.shift(max(seconds, 0))

    def pass_until(self, instant: datetime) -> None:
        self.pass_by((instant - self.now()) / timedelta(seconds=1))

    @contextmanager
    def skewed(self, **by: float) -> Iterator[None]:
        """Another idea of the time, as of a machine whose clock is wrong."""
        skew = timedelta(**by)
        self._traveller.shift(skew)
        try:
            yield
        finally:
            self._traveller.shift(-skew)


@contextmanager
def virtual_time(start: datetime = START) -> Iterator[VirtualClock]:
    """Time as told, for the whole process."""
    with time_machine.travel(start, tick=False) as traveller:
        clock = VirtualClock(traveller)
        with mock.patch("time.sleep", clock.pass_by):
            yield clock
