from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.common.invalid_input import InvalidInputError
from services.common.timestamp import parse_timestamp, utc_now, utc_text


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2026-11-21T10:06:37Z", "2026-11-21T10:06:37.000000Z"),
        ("2026-11-21t10:06:37.25z", "2026-11-21T10:06:37.250000Z"),
        ("2026-11-21T00:30:00.123456789+01:00", "2026-11-20T23:30:00.123456Z"),
        ("2024-02-29T23:59:59-09:30", "2024-03-01T09:29:59.000000Z"),
    ],
)
def test_an_instant_with_its_zone_becomes_utc(text: str, utc: str):
    assert utc_text(parse_timestamp(text, "timestamp")) == utc


@pytest.mark.parametrize(
    "value",
    [
        *(
            "",
            "now",
            "2026-11-21",
            "2026-11-21T10:06:37",
            "2026-11-21 10:06:37Z",
            "20261121T100637Z",
            "2026-W47-6T10:00:00Z",
        ),
        *("2026-02-30T00:00:00Z", "2026-11-21T25:00:00Z", "2026-11-21T10:06:60Z", "0000-01-01T00:00:00Z"),
        *(
            "0001-01-01T00:00:00+23:59",
            "9999-12-31T23:59:59-23:59",
            "2026-11-21T10:06:37+99:00",
            "\uff12026-11-21T10:06:37Z",
        ),
        *("2026-11-21T10:06:37Z\n", 1795190404, 1.5, True, None, [], {}),
    ],
)
def test_every_other_form_is_refused_by_name(value: object):
    with pytest.raises(InvalidInputError, match=r"timestamp is .*RFC 3339"):
        parse_timestamp(value, "timestamp")


@given(st.datetimes(), st.datetimes())
def test_the_text_of_instants_sorts_as_they_do(one: datetime, other: datetime):
    one, other = one.replace(tzinfo=UTC), other.replace(tzinfo=UTC)
    assert (utc_text(one) < utc_text(other)) == (one < other)
    assert parse_timestamp(utc_text(one), "timestamp") == one


def test_the_clock_tells_utc():
    assert utc_now().tzinfo is UTC
