import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.coin_alerts.domain.ticker import parse_ticker
from services.common.invalid_input import InvalidInputError

ANSWER = b"""[{"symbol": "BTCUSDT", "price": "67187.33000000"}, {"symbol": "ETHUSDT", "price": 3456.78},
 {"symbol": "ETHBTC", "price": "0.05144000"}]"""


@pytest.mark.requirement("CA-7", "ALL-15")
def test_one_answer_has_the_prices_of_all_coins_with_all_their_digits():
    ticker = parse_ticker(ANSWER, ["BTC", "ETH"])
    assert ticker.prices == {"BTC": Decimal("67187.33000000"), "ETH": Decimal("3456.78")}
    assert str(ticker.prices["BTC"]) == "67187.33000000"
    assert not ticker.refused


@pytest.mark.requirement("CA-2", "ALL-15")
@pytest.mark.parametrize(
    "price",
    [
        "NaN",
        "Infinity",
        "-Infinity",
        "-1",
        "1e999999999999999999999",
        "9" * 5000,
        "1e400",
        "0",
        "0.0",
        "null",
        "true",
        "[]",
        "{}",
        '"NaN"',
        '"1e3"',
        '"0.00000000"',
        '""',
        '"\\u0661"',
    ],
)
def test_a_price_that_is_none_is_refused_and_the_others_go_on(price: str):
    answer = f'[{{"symbol": "XUSDT", "price": {price}}}, {{"symbol": "BTCUSDT", "price": "1"}}]'
    ticker = parse_ticker(answer.encode(), ["X", "BTC"])
    assert ticker.prices == {"BTC": Decimal(1)}
    assert ticker.refused.keys() == {"X"}
    assert "the price of XUSDT is" in ticker.refused["X"]


@pytest.mark.requirement("CA-2")
def test_a_coin_that_the_exchange_does_not_know_is_refused_by_name():
    assert parse_ticker(ANSWER, ["DOGE"]).refused == {"DOGE": "the exchange has no price for DOGEUSDT"}


def test_entries_that_are_no_tickers_cost_nobody_anything():
    answer = b'[7, null, [], {"price": "1"}, {"symbol": 5, "price": "1"}, {"symbol": "BTCUSDT", "price": "2"}]'
    assert parse_ticker(answer, ["BTC"]).prices == {"BTC": Decimal(2)}
    assert "is of type NoneType" in parse_ticker(b'[{"symbol": "BTCUSDT"}]', ["BTC"]).refused["BTC"]


@pytest.mark.requirement("CA-2")
@pytest.mark.parametrize("raw", [b"", b"<html>", b"[", b"\xff\xfe", b"[" * 100_000, b'{"code": -1121}', b'"x"', b"7"])
def test_an_answer_that_is_no_list_is_refused_whole(raw: bytes):
    with pytest.raises(InvalidInputError, match="the exchange's answer is"):
        parse_ticker(raw, ["BTC"])


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
    lambda children: st.lists(children) | st.dictionaries(st.sampled_from(["symbol", "price", "x"]), children),
)


@pytest.mark.requirement("ALL-15")
@given(st.lists(st.fixed_dictionaries({"symbol": st.sampled_from(["AUSDT", "BUSDT"]), "price": JSON}) | JSON))
def test_whatever_comes_a_price_is_a_positive_decimal_or_refused(answer: list[object]):
    ticker = parse_ticker(json.dumps(answer).encode(), ["A", "B"])
    assert ticker.prices.keys() | ticker.refused.keys() == {"A", "B"}
    for price in ticker.prices.values():
        assert isinstance(price, Decimal)
        assert 0 < price < 10**18
