import contextlib
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.common.invalid_input import InvalidInputError
from services.common.json_body import parse_object
from services.price_alerts.domain.tick import Tick, bound_future
from services.price_alerts.domain.webhook import EXCHANGES, REQUIRED, generic_ticks
from tests.unit.services.fakes import START
from tests.unit.services.price_alerts.samples import PAYLOADS

GENERIC = {"exchange": "Gemini", "symbol": "btc-usd", "price": "67000.10", "timestamp": "2026-11-21T10:59:59.5+01:00"}


def ticks(exchange: str, **changes: Any) -> list[Tick]:
    return EXCHANGES[exchange](changed(PAYLOADS[exchange], **changes), START)


def changed(body: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """The body with other values; a dot, written __, goes down a level, None leaves out."""
    for path, value in changes.items():
        head, _, rest = path.partition("__")
        if rest:
            inner = changed(body[head][0], **{rest: value}) if isinstance(body[head], list) else None
            body = body | {head: [inner] if inner is not None else changed(body[head], **{rest: value})}
        else:
            body = {name: old for name, old in body.items() if name != head} | ({} if value is None else {head: value})
    return body


@pytest.mark.requirement("PA-5", "ALL-15")
def test_the_generic_form_is_normalised():
    observed = datetime(2026, 11, 21, 9, 59, 59, 500_000, tzinfo=UTC)
    assert generic_ticks(GENERIC, START) == [Tick("BTC-USD", "gemini", Decimal("67000.10"), observed)]


@pytest.mark.requirement("PA-5")
def test_without_a_time_of_its_own_a_price_was_observed_when_it_was_signed():
    assert generic_ticks(changed(GENERIC, timestamp=None), START)[0].observed_at == START
    for exchange, path in (("coinbase", "time"), ("kraken", "data__timestamp"), ("bitstamp", "data__microtimestamp")):
        assert [tick.observed_at for tick in ticks(exchange, **{path: None})] == [START]


@pytest.mark.requirement("PA-5")
@pytest.mark.parametrize(
    ("exchange", "expected"),
    [
        ("coinbase", ("BTC-USD", "67012.34", "2026-11-21T09:59:58.061769+00:00")),
        ("kraken", ("BTC-USD", "67013.1", "2026-11-21T09:59:58.742648+00:00")),
        ("binance", ("BTC-USDT", "67011.99000000", "2026-11-21T09:59:58.933000+00:00")),
        ("bitstamp", ("BTC-USD", "67010.00", "2026-11-21T09:59:58.649000+00:00")),
    ],
)
def test_each_exchanges_own_payload_is_understood_to_the_digit(exchange: str, expected: tuple[str, str, str]):
    (tick,) = ticks(exchange)
    assert tick.exchange == exchange
    assert (tick.symbol, str(tick.price), tick.observed_at.isoformat()) == expected


@pytest.mark.requirement("PA-5")
def test_a_trade_of_bitstamp_may_come_without_its_digits():
    (tick,) = ticks("bitstamp", data__price_str=None)
    assert tick.price == Decimal(67010)


def test_one_message_of_kraken_may_hold_ten_symbols():
    tickers = [{"symbol": f"A{n}/USD", "last": n} for n in range(10)]
    assert [tick.symbol for tick in ticks("kraken", data=tickers)] == [f"A{n}-USD" for n in range(10)]


def test_binance_may_send_microseconds():
    (tick,) = ticks("binance", E=1_795_255_198_933_123)
    assert tick.observed_at.microsecond == 933_123


@pytest.mark.requirement("ALL-15")
def test_a_number_of_kraken_keeps_its_digits():
    raw = b'{"channel": "ticker", "data": [{"symbol": "BTC/USD", "last": 100000000000000000.000000000000000001}]}'
    assert str(EXCHANGES["kraken"](parse_object(raw), START)[0].price) == "100000000000000000.000000000000000001"


@pytest.mark.requirement("PA-5")
@pytest.mark.parametrize("field", REQUIRED)
def test_each_required_field_of_the_generic_form_is_named(field: str):
    with pytest.raises(InvalidInputError, match=f"{field} is missing") as refusal:
        generic_ticks(changed(GENERIC, **{field: None}), START)
    assert refusal.value.field == field


BAD_PRICES = ["-1", -1, "NaN", "Infinity", "1e3", 10**18, "\uff11", True, [], ""]


@pytest.mark.requirement("PA-5", "ALL-7", "ALL-15")
@pytest.mark.parametrize(
    ("exchange", "path", "value", "field"),
    [
        ("coinbase", "type", "heartbeat", "type"),
        ("coinbase", "product_id", "BTC", "product_id"),
        ("coinbase", "price", None, "price"),
        ("coinbase", "time", 1_795_255_198, "time"),
        ("kraken", "channel", "book", "channel"),
        ("kraken", "data", None, "data"),
        ("kraken", "data", [], "data"),
        ("kraken", "data", {"symbol": "BTC/USD", "last": 1}, "data"),
        ("kraken", "data", [{"symbol": "BTC/USD", "last": 1}] * 11, "data"),
        ("kraken", "data", ["BTC/USD"], "data[0]"),
        ("kraken", "data__symbol", "BTC", "data[0].symbol"),
        ("kraken", "data__last", None, "data[0].last"),
        ("kraken", "data__timestamp", "now", "data[0].timestamp"),
        ("binance", "e", "trade", "e"),
        ("binance", "s", "BTC", "s"),
        ("binance", "c", None, "c"),
        ("binance", "E", None, "E"),
        ("binance", "E", 1_795_255_198, "E"),
        ("binance", "E", "1795255198933", "E"),
        ("binance", "E", True, "E"),
        ("bitstamp", "event", "order_created", "event"),
        ("bitstamp", "channel", "order_book_btcusd", "channel"),
        ("bitstamp", "channel", "live_trades_btc", "channel"),
        ("bitstamp", "channel", 7, "channel"),
        ("bitstamp", "data", [], "data"),
        ("bitstamp", "data__price", None, "data.price"),
        ("bitstamp", "data__microtimestamp", "1795255198", "data.microtimestamp"),
        ("bitstamp", "data__microtimestamp", 1_795_255_198_649_000, "data.microtimestamp"),
        ("bitstamp", "data__microtimestamp", "0795255198649000", "data.microtimestamp"),
        *(("coinbase", "price", value, "price") for value in BAD_PRICES),
        *(("kraken", "data__last", value, "data[0].last") for value in BAD_PRICES),
        *(("binance", "c", value, "c") for value in BAD_PRICES),
        *(("bitstamp", "data__price_str", value, "data.price_str") for value in BAD_PRICES),
    ],
)
def test_what_an_exchange_does_not_send_is_refused_by_name(exchange: str, path: str, value: Any, field: str):
    with pytest.raises(InvalidInputError) as refusal:
        ticks(exchange, **{path: value})
    assert refusal.value.field == field


@pytest.mark.parametrize("value", ["", "a b", "x" * 33, "co#in", "-x", "caf\u00e9", 7, None, True])
def test_an_exchange_that_no_key_should_carry_is_refused(value: object):
    with pytest.raises(InvalidInputError) as refusal:
        generic_ticks(GENERIC | {"exchange": value}, START)
    assert refusal.value.field == "exchange"


def test_a_price_from_the_future_would_stay_the_latest_and_is_refused():
    tick = Tick("BTC-USD", "kraken", Decimal(1), START)
    assert bound_future(tick, datetime.fromtimestamp(START.timestamp() - 300, UTC)) is tick
    with pytest.raises(InvalidInputError, match="more than 300 s ahead of our clock"):
        bound_future(tick, datetime.fromtimestamp(START.timestamp() - 300.001, UTC))


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.decimals() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
)
FIELDS = [
    *("type", "product_id", "price", "time", "channel", "data", "symbol", "exchange", "timestamp"),
    *("e", "E", "s", "c", "event"),
]


@given(st.sampled_from([*EXCHANGES.values(), generic_ticks]), st.dictionaries(st.sampled_from(FIELDS), JSON_VALUES))
def test_no_json_value_ends_in_anything_but_ticks_or_a_refusal(ticks_of: Any, changes: dict[str, Any]):
    for body in (*PAYLOADS.values(), GENERIC):
        with contextlib.suppress(InvalidInputError):
            assert ticks_of(body | changes, START)
