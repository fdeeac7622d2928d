"""Symbols of currency pairs in one form, whatever form an exchange writes them in."""

import re

from services.common.invalid_input import InvalidInputError, shown

CANONICAL = re.compile(r"[A-Z0-9]{1,15}-[A-Z0-9]{2,10}")
ALLOWED = "a pair such as BTC-USD, BTC/USD, BTC_USD or, with a common quote currency, BTCUSD"

# Kraken's own codes for what everyone else calls otherwise.
_ALIASES = {"XBT": "BTC", "XDG": "DOGE"}
_FIAT = ("USD", "EUR", "GBP", "JPY", "CHF", "CAD", "AUD", "TRY", "BRL")
# What a pair without a separator may end in. TUSD and BUSD are left out, for BATUSD is BAT-USD and ARBUSD is ARB-USD.
_QUOTES = (*_FIAT, "USDT", "USDC", "FDUSD", "DAI", "BTC", "XBT", "ETH", "BNB")
_QUOTES_LONGEST_FIRST = tuple(sorted(_QUOTES, key=len, reverse=True))
_SEPARATED = re.compile(r"([A-Z0-9]+)[-/_:]([A-Z0-9]+)")
# Kraken's first assets bear X, currencies Z: XXBTZUSD, XETHXXBT.
_KRAKEN_LEGACY = re.compile(rf"X([A-Z]{{3}})(?:Z({'|'.join(_FIAT)})|X(XBT|ETH))")


def canonical_symbol(value: object, field: str) -> str:
    """The pair as `BASE-QUOTE` in capitals; InvalidInputError for what is no pair, or can't be told apart.

    Stablecoins stay what they are: BTCUSDT is BTC-USDT, not BTC-USD.
    """
    if not isinstance(value, str) or not value.isascii():
        raise _refusal(field, value)
    parts = _split(value.upper())
    if not parts:
        raise _refusal(field, value)
    base, quote = (_ALIASES.get(part, part) for part in parts)
    symbol = f"{base}-{quote}"
    if base == quote or not CANONICAL.fullmatch(symbol):
        raise _refusal(field, value)
    return symbol


def _split(text: str) -> tuple[str, str] | None:
    if separated := _SEPARATED.fullmatch(text):
        return separated[1], separated[2]
    if legacy := _KRAKEN_LEGACY.fullmatch(text):
        return legacy[1], legacy[2] or legacy[3]
    for quote in _QUOTES_LONGEST_FIRST:
        if text.endswith(quote):
            return text.removesuffix(quote), quote
    return None


def _refusal(field: str, value: object) -> InvalidInputError:
    return InvalidInputError(field, f"{field} is {shown(value)}; allowed is {ALLOWED}")
