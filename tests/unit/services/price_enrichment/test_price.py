from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.common.invalid_input import InvalidInputError
from services.price_enrichment.domain.price import REQUIRED, Price, bound_future, observation_time, parse_price
from tests.unit.services.fakes import START

WEBHOOK: dict[str, Any] = {
    "exchange": "Kraken",
    "symbol": "xbt/usd",
    "price": "60000.10",
    "timestamp": "2026-11-21T10:00:00.250Z",
}
EXCHANGES = st.from_regex(r"[a-z0-9][a-z0-9-]{0,31}", fullmatch=True)
INSTANTS = st.datetimes(datetime(1970, 1, 1), datetime(2286, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
AMOUNTS = st.decimals(min_value="0.000000000000000001", max_value="999999999999999999", places=18)


def price(exchange: str = "kraken", value: str = "60000.1", observed_at: datetime = START) -> Price:
    return Price("BTC-USD", exchange, Decimal(value), observed_at)


@pytest.mark.requirement("PE-1")
def test_a_webhook_is_normalised():
    parsed = parse_price(WEBHOOK, START)
    assert parsed == price(observed_at=START + timedelta(milliseconds=250))
    assert isinstance(parsed.price, Decimal)


@pytest.mark.requirement("PE-1")
def test_a_price_without_a_time_was_observed_when_it_was_signed():
    assert parse_price({**WEBHOOK, "timestamp": None}, START).observed_at == START


@pytest.mark.requirement("PE-1", "ALL-15")
@pytest.mark.parametrize(
    ("field", "value"),
    [
        *((field, None) for field in REQUIRED),
        ("exchange", "krÄken"),
        # A Kelvin sign, whose small letter is ASCII.
        ("exchange", "\u212araken"),
        ("symbol", "BTCUSDÉ"),
        ("price", "NaN"),
        ("price", -1),
        ("price", 0),
        ("price", "0.000"),
        ("price", "1e5"),
        ("price", "1" * 19),
        ("timestamp", 1795255200),
        ("timestamp", "1969-12-31T23:59:59Z"),
    ],
)
def test_what_is_missing_or_wrong_is_refused_by_name(field: str, value: object):
    with pytest.raises(InvalidInputError, match=field) as refusal:
        parse_price(WEBHOOK | {field: value}, START)
    assert refusal.value.field == field


def test_a_price_from_the_future_is_refused():
    assert bound_future(price(), START - timedelta(seconds=300)) == price()
    with pytest.raises(InvalidInputError, match="300 s ahead"):
        bound_future(price(), START - timedelta(seconds=300, microseconds=1))


@pytest.mark.requirement("PE-3")
@given(EXCHANGES, EXCHANGES, AMOUNTS, AMOUNTS, INSTANTS)
def test_prices_of_one_instant_share_a_key_only_when_they_are_copies(
    one: str, other: str, amount: Decimal, another: Decimal, instant: datetime
):
    left, right = Price("BTC-USD", one, amount, instant), Price("BTC-USD", other, another, instant)
    assert (left.timestamp == right.timestamp) == ((one, amount) == (other, another))


@pytest.mark.requirement("PE-3")
@given(EXCHANGES, EXCHANGES, INSTANTS, st.integers(1, 10**12))
def test_keys_are_in_the_order_of_time_and_tell_it(one: str, other: str, instant: datetime, micros: int):
    earlier, later = price(one, observed_at=instant), price(other, observed_at=instant + timedelta(microseconds=micros))
    assert earlier.timestamp < later.timestamp
    assert observation_time(later.timestamp) - observation_time(earlier.timestamp) == Decimal(micros).scaleb(-6)
    assert (
        datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=int(observation_time(earlier.timestamp).scaleb(6)))
        == instant
    )


@given(EXCHANGES, AMOUNTS, INSTANTS)
def test_a_key_fits_what_dynamodb_keeps(exchange: str, amount: Decimal, instant: datetime):
    assert len(Price("BTC-USD", exchange, amount, instant).timestamp.as_tuple().digits) <= 38


@pytest.mark.requirement("ALL-14")
def test_the_writing_of_a_number_makes_no_other_price():
    assert price(value="60000.1").message_id == price(value="60000.100").message_id
    assert price(value="10").timestamp == price(value="1e1").timestamp
