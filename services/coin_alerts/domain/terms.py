"""The terms of an alert: which coin, and on which side of which price."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from services.common.amount import parse_amount
from services.common.invalid_input import InvalidInputError, shown

# Strictly: an alert is not met at its threshold.
ABOVE = "above"
BELOW = "below"
CONDITIONS = (ABOVE, BELOW)
# The attributes that hold them, as whoever writes an alert names them.
TERMS = ("coinSymbol", "threshold", "condition")

_COIN_SYMBOL = re.compile(r"[A-Z0-9]{1,20}")
_MAX_ID = 256


@dataclass(frozen=True)
class Terms:
    """A coin by its upper-case symbol, a condition, and the threshold in the exchange's quote currency."""

    coin_symbol: str
    condition: str
    threshold: Decimal

    @property
    def armed_for(self) -> str:
        """The partition of the armed alerts with the same coin and condition: `BTC#above`."""
        return armed_for(self.coin_symbol, self.condition)


def armed_for(coin_symbol: str, condition: str) -> str:
    """The partition of the armed alerts with a coin and a condition."""
    return f"{coin_symbol}#{condition}"


def parse_terms(alert: Mapping[str, object]) -> Terms:
    """The terms among an alert's attributes; InvalidInputError names the first that is missing or wrong.

    A symbol in lower case and a threshold in a string of digits are as good as their usual forms.
    """
    for name in TERMS:
        if alert.get(name) is None:
            raise InvalidInputError(name, f"{name} is missing; required are {', '.join(TERMS)}")
    return Terms(
        coin_symbol=_coin_symbol(alert["coinSymbol"]),
        condition=_condition(alert["condition"]),
        threshold=parse_amount(alert["threshold"], "threshold"),
    )


def check_id(value: str, name: str) -> None:
    """Raises InvalidInputError for an id that a notification could not carry as an attribute."""
    if len(value) > _MAX_ID or not value.isprintable():
        raise InvalidInputError(name, f"{name} is {shown(value)}; allowed are at most {_MAX_ID} printable characters")


def _coin_symbol(value: object) -> str:
    symbol = value.upper() if isinstance(value, str) and value.isascii() else ""
    if not _COIN_SYMBOL.fullmatch(symbol):
        raise InvalidInputError(
            "coinSymbol", f"coinSymbol is {shown(value)}; allowed are 1 to 20 ASCII letters and digits, such as BTC"
        )
    return symbol


def _condition(value: object) -> str:
    if isinstance(value, str) and value in CONDITIONS:
        return value
    raise InvalidInputError("condition", f"condition is {shown(value)}; allowed are {', '.join(CONDITIONS)}")
