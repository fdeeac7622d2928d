from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.common.invalid_input import InvalidInputError
from services.market_data.domain.quantity import parse_quantity
from services.market_data.domain.tick import (
    SEQUENCES,
    Tick,
    line_sequence,
    parse_symbol,
    place_of,
    trade_sequence,
)

INSTANTS = st.integers(0, 10**16 - 1)
TRADE_IDS = st.from_regex(r"[0-9]{1,25}", fullmatch=True) | st.uuids().map(str)
LINES = st.integers(1, 10**12 - 1)


@pytest.mark.requirement("MD-2")
@given(INSTANTS, TRADE_IDS, LINES)
def test_a_place_is_a_number_that_dynamodb_keeps_exactly_and_tells_its_instant(instant: int, trade_id: str, line: int):
    for sequence in (trade_sequence("binance", trade_id), line_sequence("kraken/XBTUSD.csv", line)):
        place = place_of(instant, sequence)
        assert 0 <= sequence < SEQUENCES
        assert len(str(place)) <= 38
        assert Tick("A", place, Decimal(1), Decimal(1)).instant == instant


@pytest.mark.requirement("MD-2")
@given(st.integers(0, 10**18 - 2))
def test_trades_of_one_microsecond_stand_in_the_order_of_their_numbers(number: int):
    assert trade_sequence("binance", str(number)) < trade_sequence("binance", str(number + 1))


@given(LINES)
def test_trades_without_an_id_stand_in_the_order_of_their_lines(line: int):
    assert line_sequence("XBTUSD.csv", line) < line_sequence("XBTUSD.csv", line + 1)


@pytest.mark.requirement("MD-2")
def test_neither_venues_nor_files_share_places():
    assert trade_sequence("binance", "7") != trade_sequence("kraken", "7")
    assert trade_sequence("bitmex", "00-aa") != trade_sequence("deribit", "00-aa")
    assert line_sequence("a.csv", 7) != line_sequence("b.csv", 7)


@pytest.mark.requirement("ALL-14")
def test_a_place_never_changes_between_releases():
    assert trade_sequence("binance", "7") == 77474
    assert line_sequence("XBTUSD.csv", 7) == 79186378163


@pytest.mark.parametrize("value", ["btc-usd", "BRK.B", "BTC/USD", "ES:U6", "1INCHUSDT", "PI_XBTUSD"])
def test_symbols_stay_what_their_vendor_calls_them(value: str):
    assert parse_symbol(value, "symbol") == value.upper()


@pytest.mark.requirement("ALL-15", "MD-2")
@pytest.mark.parametrize("value", ["", " ", "BTC#5m", "#active", "\u0412TC-USD", "a b", "-A", "A" * 33, None, 7, "ß"])
def test_a_symbol_that_is_no_symbol_or_could_be_taken_for_another_key_is_refused(value: object):
    with pytest.raises(InvalidInputError, match="allowed are 1 to 32 ASCII") as refusal:
        parse_symbol(value, "symbol")
    assert refusal.value.field == "symbol"


@pytest.mark.requirement("ALL-15")
@pytest.mark.parametrize(
    ("value", "amount"), [("1e-7", "0.0000001"), ("1.5E+2", "150"), ("0.10", "0.10"), (Decimal("2.5"), "2.5"), (3, "3")]
)
def test_numbers_keep_their_digits_however_they_are_written(value: object, amount: str):
    assert parse_quantity(value, "price") == Decimal(amount)


@pytest.mark.requirement("ALL-15")
@pytest.mark.parametrize(
    "value", ["-1", "NaN", "Infinity", "1e999", "1e-19", "", "0x1", "1_000", -1, 1.5, "1e-", "\u0663"]
)
def test_what_is_no_amount_is_refused(value: object):
    with pytest.raises(InvalidInputError) as refusal:
        parse_quantity(value, "price")
    assert refusal.value.field == "price"
