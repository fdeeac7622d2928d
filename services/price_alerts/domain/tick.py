"""A price that an exchange observed."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from services.common.amount import plain
from services.common.invalid_input import InvalidInputError
from services.common.timestamp import utc_text

# How far an exchange's clock may be ahead of ours. A price from the future would stay the latest until then.
FUTURE_TOLERANCE = timedelta(seconds=300)


@dataclass(frozen=True)
class Tick:
    """The price of one unit of a symbol's base currency, in its quote currency."""

    symbol: str
    exchange: str
    price: Decimal
    observed_at: datetime

    @property
    def observation(self) -> str:
        """What orders the ticks of a symbol by time and is equal for copies alone: exchange and price break ties."""
        return f"{utc_text(self.observed_at)}#{self.exchange}#{plain(self.price)}"


def bound_future(tick: Tick, now: datetime) -> Tick:
    """The tick; InvalidInputError where it claims to be observed more than 300 s from now."""
    if tick.observed_at > now + FUTURE_TOLERANCE:
        raise InvalidInputError(
            "timestamp",
            f"the price was observed at {utc_text(tick.observed_at)}, more than {FUTURE_TOLERANCE.seconds} s ahead of "
            "our clock; send the time of its observation",
        )
    return tick
