"""How the exchange answers: its prices, and whether it answers as it should."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

PRICES: Mapping[str, object] = {
    "BTC": "67187.33",
    "ETH": "3456.78",
    "SOL": "171.42",
    "ADA": "0.4531",
    "DOGE": "0.16125",
}

_COIN = re.compile(r"[A-Z0-9]{1,20}")
_ALLOWED = {
    "prices": 'an object of prices by coin, such as {"BTC": "70000"}; null takes a coin away',
    "status": "an HTTP status from 200 to 599",
    "retry_after": "a string, seconds or an HTTP date",
    "delay_s": "a number of seconds from 0 to 300",
    "body": "a string",
    "times": "a whole number from 1, after which the answers are as usual",
}


class BehaviourError(ValueError):
    """A behaviour that the exchange does not know; says what it does."""


@dataclass(frozen=True, kw_only=True)
class Fault:
    """What is wrong with the next answers; `times` is how many of them, None for all. `body` stands for the prices."""

    status: int = 200
    retry_after: str | None = None
    delay_s: float = 0.0
    body: str | None = None
    times: int | None = None


USUAL = Fault()


@dataclass(frozen=True)
class Behaviour:
    """The prices by coin, as the answer gives them (one can be no price at all), and what is wrong, if anything."""

    prices: Mapping[str, object]
    fault: Fault = USUAL

    def told(self, change: Mapping[str, Any]) -> "Behaviour":
        """After a change: its prices are added to those that were; a fault that it does not name is over.

        Raises BehaviourError for what is unknown or not allowed.
        """
        for name, value in change.items():
            if name not in _ALLOWED:
                raise BehaviourError(f"'{name}' is unknown; allowed are {', '.join(_ALLOWED)}")
            if not _allowed(name, value):
                raise BehaviourError(f"{name} is {value!r}; allowed is {_ALLOWED[name]}")
        given: Mapping[str, object] = change.get("prices", {})
        prices = {coin: price for coin, price in {**self.prices, **given}.items() if price is not None}
        return Behaviour(prices, Fault(**{name: value for name, value in change.items() if name != "prices"}))

    def after_an_answer(self) -> "Behaviour":
        """The behaviour of the answer after this one."""
        times = self.fault.times
        if times is None:
            return self
        left = USUAL if times == 1 else replace(self.fault, times=times - 1)
        return Behaviour(self.prices, left)


def _allowed(name: str, value: Any) -> bool:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    match name:
        case "prices":
            return isinstance(value, dict) and all(_COIN.fullmatch(str(coin)) for coin in value)
        case "status":
            return number and value in range(200, 600)
        case "delay_s":
            return number and 0 <= value <= 300  # noqa: PLR2004 - said above
        case "times":
            return number and isinstance(value, int) and value >= 1
        case _:
            return isinstance(value, str)
