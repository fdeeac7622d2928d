from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.common.invalid_input import InvalidInputError
from services.common.timestamp import utc_text
from services.market_data.domain.instant import from_seconds, parse_instant, to_micros

NOON = 1_763_726_400_123_456


@pytest.mark.parametrize(
    ("value", "micros"),
    [
        ("1763726400.123456", NOON),
        ("1763726400.1", 1_763_726_400_100_000),
        ("1763726400.1234567", NOON),
        (1763726400, 1_763_726_400_000_000),
        (1763726400123, 1_763_726_400_123_000),
        (Decimal("1763726400.123456"), NOON),
        (Decimal("1763726400.0"), 1_763_726_400_000_000),
        (Decimal("1.7637264e9"), 1_763_726_400_000_000),
        ("1763726400123456", NOON),
        ("1763726400123456789", NOON),
        ("2025-11-21T12:00:00.123456Z", NOON),
        ("2025-11-21T13:00:00.123456+01:00", NOON),
    ],
)
def test_every_unambiguous_way_to_write_an_instant_is_understood(value: object, micros: int):
    assert parse_instant(value, "time") == micros


@pytest.mark.parametrize(
    "value",
    [
        "",
        "now",
        "176372640",
        "17637264001",
        -1,
        True,
        1.5,
        None,
        [],
        "1e9",
        "\u0661763726400",
        "0763726400",
        Decimal("-1763726400.5"),
        Decimal("1763726400123.5"),
        Decimal("NaN"),
        # Digits of a gigabyte.
        Decimal("1e999999999"),
        Decimal("1e-999999999"),
    ],
)
def test_what_would_be_a_guess_is_refused_with_what_is_allowed(value: object):
    with pytest.raises(InvalidInputError, match="allowed is an RFC 3339 time") as refusal:
        parse_instant(value, "time")
    assert refusal.value.field == "time"


def test_nothing_was_traded_before_1970():
    with pytest.raises(InvalidInputError):
        parse_instant("1969-12-31T23:59:59Z", "time")


@given(st.integers(0, 10**16 - 1))
def test_a_text_in_utc_and_its_microseconds_are_one_instant(micros: int):
    instant = from_seconds(0) + timedelta(microseconds=micros)
    assert parse_instant(utc_text(instant), "time") == to_micros(instant)
    assert from_seconds(to_micros(instant) // 1_000_000) == instant.replace(microsecond=0)
