from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.coin_alerts.domain.retry import backoff, parse_retry_after

NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)


@pytest.mark.requirement("CA-2")
@given(retries=st.integers(0, 10**6), random=st.floats(0, 1, exclude_max=True))
def test_jitter_is_full_below_a_bound_that_doubles_up_to_eight_seconds(retries: int, random: float):
    wait = backoff(retries, lambda: random)
    bound = timedelta(seconds=min(8, 0.5 * 2 ** min(retries, 20)))
    assert abs(wait - random * bound) <= timedelta(microseconds=1)


@pytest.mark.requirement("CA-2")
@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("0", 0),
        ("120", 120),
        (" 7 ", 7),
        ("Sat, 21 Nov 2026 10:00:30 GMT", 30),
        ("Saturday, 21-Nov-26 10:00:30 GMT", 30),
        ("Sat Nov 21 10:00:30 2026", 30),
        ("Sat, 21 Nov 2026 10:00:30 -0000", 30),
        ("Sat, 21 Nov 2026 09:59:00 GMT", 0),
        ("999999999999", 3 * 24 * 3600),
        ("9" * 18, 3 * 24 * 3600),
        ("Sat, 21 Nov 2099 10:00:00 GMT", 3 * 24 * 3600),
    ],
)
def test_a_server_says_when_in_seconds_or_by_a_date(header: str, seconds: int):
    assert parse_retry_after(header, NOW) == timedelta(seconds=seconds)


@pytest.mark.requirement("CA-2")
@pytest.mark.parametrize("header", [None, "", "soon", "-5", "1.5", "9" * 19, "Sat, 99 Nov 2026 10:00:30 GMT", "\u0661"])
def test_a_header_that_nobody_understands_asks_for_nothing(header: str | None):
    assert parse_retry_after(header, NOW) is None


@given(st.text())
def test_no_header_breaks_the_parser(header: str):
    wait = parse_retry_after(header, NOW)
    assert wait is None or timedelta() <= wait <= timedelta(days=3)


@given(st.integers(0, 2**32))
def test_any_http_date_is_understood(seconds: int):
    date = datetime.fromtimestamp(seconds, UTC)
    wait = parse_retry_after(format_datetime(date, usegmt=True), NOW)
    assert wait == min(max(date - NOW, timedelta()), timedelta(days=3))
