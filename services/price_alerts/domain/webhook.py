"""Prices in webhooks: in the generic form, or in the shape in which an exchange itself publishes them."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from services.common.amount import parse_amount
from services.common.exchange import parse_exchange
from services.common.invalid_input import InvalidInputError, shown
from services.common.symbol import canonical_symbol
from services.common.timestamp import parse_timestamp
from services.price_alerts.domain.tick import Tick

Body = Mapping[str, Any]

REQUIRED = ("exchange", "symbol", "price")
# As many as one call to SQS takes.
MAX_TICKERS = 10

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# Of 13 and of 16 digits: the years 2001 to 2286, so that the unit is no guess.
_MILLISECONDS = range(10**12, 10**13)
_MICROSECONDS = range(10**15, 10**16)
_BITSTAMP_CHANNEL = re.compile(r"live_trades_([a-z0-9]+)")
_DIGITS = re.compile(r"[0-9]{16}")


def generic_ticks(body: Body, signed_at: datetime) -> list[Tick]:
    """The price in `{exchange, symbol, price, timestamp?}`; without its own time it was observed when it was signed.

    InvalidInputError names the first field that is missing or wrong.
    """
    exchange, symbol, price = (_required(body, field) for field in REQUIRED)
    symbol = canonical_symbol(symbol, "symbol")
    observed_at = _observed_at(body, "timestamp", signed_at)
    return [Tick(symbol, parse_exchange(exchange, "exchange"), parse_amount(price, "price"), observed_at)]


def coinbase_ticks(body: Body, signed_at: datetime) -> list[Tick]:
    """The price in a message of Coinbase Exchange's channel `ticker`."""
    _expect(body, "type", "ticker")
    symbol = canonical_symbol(_required(body, "product_id"), "product_id")
    price = parse_amount(_required(body, "price"), "price")
    return [Tick(symbol, "coinbase", price, _observed_at(body, "time", signed_at))]


def kraken_ticks(body: Body, signed_at: datetime) -> list[Tick]:
    """The prices in a message of the channel `ticker` of Kraken's WebSocket API v2, one for each of its symbols."""
    _expect(body, "channel", "ticker")
    tickers = _required(body, "data")
    if not isinstance(tickers, list) or not 1 <= len(cast("list[Any]", tickers)) <= MAX_TICKERS:
        raise InvalidInputError("data", f"data must be a list of 1 to {MAX_TICKERS} tickers")
    return [_kraken_tick(ticker, f"data[{n}]", signed_at) for n, ticker in enumerate(cast("list[Any]", tickers))]


def binance_ticks(body: Body, signed_at: datetime) -> list[Tick]:
    """The price in a message of Binance's individual symbol ticker stream."""
    _expect(body, "e", "24hrTicker")
    symbol = canonical_symbol(_required(body, "s"), "s")
    price = parse_amount(_required(body, "c"), "c")
    return [Tick(symbol, "binance", price, _instant(_required(body, "E"), "E"))]


def bitstamp_ticks(body: Body, signed_at: datetime) -> list[Tick]:
    """The price in a message of Bitstamp's channel `live_trades_<pair>`; its digits are those of `price_str`."""
    _expect(body, "event", "trade")
    channel = _required(body, "channel")
    pair = _BITSTAMP_CHANNEL.fullmatch(channel) if isinstance(channel, str) else None
    if not pair:
        raise InvalidInputError("channel", f"channel is {shown(channel)}; allowed is live_trades_<pair>")
    trade = _required(body, "data")
    if not isinstance(trade, dict):
        raise InvalidInputError("data", "data must be an object")
    trade = cast("Body", trade)
    price = parse_amount(_required(trade, "price", "data."), "data.price")
    if "price_str" in trade:
        price = parse_amount(trade["price_str"], "data.price_str")
    observed_at = _bitstamp_instant(trade["microtimestamp"]) if "microtimestamp" in trade else signed_at
    return [Tick(canonical_symbol(pair[1], "channel"), "bitstamp", price, observed_at)]


TicksOf = Callable[[Body, datetime], list[Tick]]

# By the last part of the route's path.
EXCHANGES: Mapping[str, TicksOf] = {
    "coinbase": coinbase_ticks,
    "kraken": kraken_ticks,
    "binance": binance_ticks,
    "bitstamp": bitstamp_ticks,
}


def _kraken_tick(ticker: object, path: str, signed_at: datetime) -> Tick:
    if not isinstance(ticker, dict):
        raise InvalidInputError(path, f"{path} must be an object")
    ticker = cast("Body", ticker)
    symbol = canonical_symbol(_required(ticker, "symbol", f"{path}."), f"{path}.symbol")
    price = parse_amount(_required(ticker, "last", f"{path}."), f"{path}.last")
    return Tick(symbol, "kraken", price, _observed_at(ticker, "timestamp", signed_at, f"{path}."))


def _required(body: Body, field: str, path: str = "") -> object:
    value = body.get(field)
    if value is None:
        raise InvalidInputError(f"{path}{field}", f"{path}{field} is missing")
    return value


def _observed_at(body: Body, field: str, signed_at: datetime, path: str = "") -> datetime:
    return parse_timestamp(body[field], f"{path}{field}") if field in body else signed_at


def _expect(body: Body, field: str, allowed: str) -> None:
    if (given := _required(body, field)) != allowed:
        raise InvalidInputError(field, f"{field} is {shown(given)}; allowed is '{allowed}'")


def _instant(value: object, field: str) -> datetime:
    if isinstance(value, int):
        if value in _MILLISECONDS:
            return _EPOCH + timedelta(milliseconds=value)
        if value in _MICROSECONDS:
            return _EPOCH + timedelta(microseconds=value)
    raise InvalidInputError(
        field, f"{field} is {shown(value)}; allowed is a Unix time of 13 digits (milliseconds) or 16 (microseconds)"
    )


def _bitstamp_instant(value: object) -> datetime:
    if isinstance(value, str) and _DIGITS.fullmatch(value):
        return _instant(int(value), "data.microtimestamp")
    raise InvalidInputError(
        "data.microtimestamp", f"data.microtimestamp is {shown(value)}; allowed is a string of 16 digits"
    )
