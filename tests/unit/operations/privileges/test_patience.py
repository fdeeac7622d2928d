"""How long something is waited for that may never happen."""

from collections.abc import Iterator

import pytest

from operations.privileges import patience
from operations.privileges.patience import LEAST, MOST, TIMES, Patience


class Clock:
    """Stands for the module `time`; it goes on only while somebody sleeps."""

    def __init__(self) -> None:
        self.now = 0.0

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds

    def after(self, seconds: float) -> Iterator[bool]:
        """What one sees who looks whether so much time has passed."""
        end = self.now + seconds - 1e-6
        while True:
            yield self.now >= end


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(patience, "time", made)
    return made


def wait(patient: Patience, looks: Iterator[bool]) -> list[str]:
    return patient.not_happened([("it", lambda: next(looks))])


def test_what_happens_late_is_waited_for_and_what_does_not_is_named(clock: Clock) -> None:
    late = clock.after(MOST / 2)
    assert Patience().not_happened([("late", lambda: next(late)), ("never", lambda: False)]) == ["never"]
    assert clock.now == pytest.approx(MOST, abs=0.1)


@pytest.mark.parametrize(("took", "limit"), [(0.0, LEAST), (0.5, TIMES * 0.5), (3.0, MOST)])
def test_the_next_wait_is_a_multiple_of_the_last_within_bounds(clock: Clock, took: float, limit: float) -> None:
    patient = Patience()
    assert wait(patient, clock.after(took)) == []
    assert patient.limit == pytest.approx(limit)


def test_what_did_not_happen_teaches_nothing(clock: Clock) -> None:
    patient = Patience()
    wait(patient, clock.after(0.5))
    assert wait(patient, clock.after(100)) == ["it"]
    assert patient.limit == pytest.approx(TIMES * 0.5)


def test_one_slow_time_among_the_last_keeps_the_wait_long_until_it_is_forgotten(clock: Clock) -> None:
    patient = Patience()
    limits: list[float] = []
    for took in (0.7, 0.1, 0.1, 0.1):
        wait(patient, clock.after(took))
        limits.append(patient.limit)
    assert limits == pytest.approx([3.5, 3.5, 3.5, LEAST])
