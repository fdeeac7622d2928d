"""The exchange's price ticker: `[{"symbol": "BTCUSDT", "price": "67187.33000000"}, ...]`, all pairs in one answer."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, cast

from services.common.amount import parse_amount
from services.common.invalid_input import InvalidInputError

# Alerts name a coin; its price is that of the pair with this currency.
QUOTE = "USDT"


@dataclass(frozen=True)
class Ticker:
    """The prices by coin, in the quote currency, and why a coin that was asked for has none."""

    prices: Mapping[str, Decimal]
    refused: Mapping[str, str]


def parse_ticker(raw: bytes, coins: Iterable[str]) -> Ticker:
    """The prices of the coins in the exchange's answer; one without a usable price keeps no other from its own.

    Raises InvalidInputError for an answer that is no JSON list at all.
    """
    offered = _offered(raw)
    prices: dict[str, Decimal] = {}
    refused: dict[str, str] = {}
    for coin in coins:
        pair = f"{coin}{QUOTE}"
        try:
            if pair not in offered:
                raise InvalidInputError(pair, f"the exchange has no price for {pair}")
            prices[coin] = _price(offered[pair], f"the price of {pair}")
        except InvalidInputError as refusal:
            refused[coin] = refusal.message
    return Ticker(prices, refused)


def _offered(raw: bytes) -> dict[str, object]:
    try:
        # json takes the NaN and Infinity that careless servers write, so that they cost no more than their own pair:
        # they become floats, which no price may be.
        answer = json.loads(raw, parse_float=_number, parse_int=_number)
    except (ValueError, RecursionError) as error:
        raise InvalidInputError("body", "the exchange's answer is not JSON") from error
    if not isinstance(answer, list):
        raise InvalidInputError("body", f"the exchange's answer is a {type(answer).__name__}; expected is a list")
    entries = [cast("dict[str, Any]", entry) for entry in cast("list[Any]", answer) if isinstance(entry, dict)]
    return {entry["symbol"]: entry.get("price") for entry in entries if isinstance(entry.get("symbol"), str)}


def _number(text: str) -> Decimal | str:
    try:
        return Decimal(text)
    except InvalidOperation:
        return text


def _price(value: object, name: str) -> Decimal:
    price = parse_amount(value, name)
    # What an exchange says of a pair that is not traded: no reason to alert everyone who waits for a fall.
    if not price:
        raise InvalidInputError(name, f"{name} is 0, so it is not traded")
    return price
