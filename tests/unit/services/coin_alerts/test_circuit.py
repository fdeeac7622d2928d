from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.coin_alerts.domain.circuit import Circuit

NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)


def after(failures: int, retry_after: timedelta | None = None) -> Circuit:
    circuit = Circuit()
    for _ in range(failures):
        circuit = circuit.failed(NOW, retry_after)
    return circuit


@pytest.mark.requirement("CA-2")
@pytest.mark.parametrize(("failures", "minutes"), [(3, 2), (4, 4), (5, 8), (6, 15), (7, 15), (10_000, 15)])
def test_from_the_third_failed_pass_on_the_exchange_is_left_alone_for_longer_and_longer(failures: int, minutes: int):
    circuit = after(failures)
    assert not circuit.closed
    assert not circuit.admits(NOW + timedelta(minutes=minutes, microseconds=-1))
    assert circuit.admits(NOW + timedelta(minutes=minutes))


@pytest.mark.requirement("CA-2")
def test_a_failure_or_two_leave_it_closed():
    assert all(after(failures).closed and after(failures).admits(NOW) for failures in range(3))


@pytest.mark.requirement("CA-2")
@given(failures=st.integers(1, 9), seconds=st.integers(0, 3 * 24 * 3600))
def test_a_wait_that_the_exchange_asks_for_is_never_shortened(failures: int, seconds: int):
    circuit = after(failures, timedelta(seconds=seconds))
    assert circuit.admits(NOW + timedelta(days=3))
    if seconds:
        assert not circuit.admits(NOW + timedelta(seconds=seconds, microseconds=-1))
