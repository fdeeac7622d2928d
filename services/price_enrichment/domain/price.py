"""A price as an exchange's webhook tells it, and its place in the series of its symbol."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import ROUND_DOWN, Context, Decimal
from hashlib import sha256
from typing import Any

from services.common.amount import parse_amount, plain
from services.common.exchange import parse_exchange
from services.common.invalid_input import InvalidInputError
from services.common.symbol import canonical_symbol
from services.common.timestamp import parse_timestamp, utc_text

REQUIRED = ("exchange", "symbol", "price")
# How far an exchange's clock may be ahead of ours.
FUTURE_TOLERANCE = timedelta(seconds=300)
# With 10 digits of seconds and 6 of their fraction: 36 of the 38 that DynamoDB keeps.
TIME_DIGITS = 6
TIE_DIGITS = 20

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_EXACT = Context(prec=38)


@dataclass(frozen=True)
class Price:
    """What an exchange asked for one unit of a symbol's base currency, in its quote currency."""

    symbol: str
    exchange: str
    price: Decimal
    observed_at: datetime

    @property
    def timestamp(self) -> Decimal:
        """The sort key: Unix seconds with 26 decimals, of which the first 6 are the time's.

        The other 20 are a digest of exchange and price. So the key orders by time, copies of one price have one key,
        and two prices of one instant have two, be they of two exchanges or of one.
        """
        observation = f"{self.exchange}#{plain(self.price.normalize(_EXACT))}"
        tie = int(sha256(observation.encode()).hexdigest(), 16) % 10**TIE_DIGITS
        return _EXACT.add(unix_seconds(self.observed_at), Decimal(tie).scaleb(-TIME_DIGITS - TIE_DIGITS, _EXACT))

    @property
    def message_id(self) -> str:
        """Equal for copies of one price, and for them alone."""
        return f"{self.symbol}#{plain(self.timestamp)}"


def parse_price(body: Mapping[str, Any], signed_at: datetime) -> Price:
    """The price in `{exchange, symbol, price, timestamp?}`; without its own time it was observed when it was signed.

    InvalidInputError names the first field that is missing or wrong; a price of 0 has no logarithm and is refused.
    """
    for field in REQUIRED:
        if body.get(field) is None:
            raise InvalidInputError(field, f"{field} is missing; required are {', '.join(REQUIRED)}")
    timestamp = body.get("timestamp")
    price = Price(
        symbol=canonical_symbol(body["symbol"], "symbol"),
        exchange=parse_exchange(body["exchange"], "exchange"),
        price=parse_amount(body["price"], "price"),
        observed_at=signed_at if timestamp is None else parse_timestamp(timestamp, "timestamp"),
    )
    if not price.price:
        raise InvalidInputError("price", "price is 0; allowed is a number above it")
    if price.observed_at < _EPOCH:
        raise InvalidInputError("timestamp", f"timestamp is before {utc_text(_EPOCH)}; send the time of observation")
    return price


def unix_seconds(instant: datetime) -> Decimal:
    """Unix seconds with 6 decimals: the least sort key that a price of the instant can have."""
    return Decimal((instant - _EPOCH) // _MICROSECOND).scaleb(-TIME_DIGITS, _EXACT)


def instant_text(timestamp: Decimal) -> str:
    """The instant in a sort key, as UTC text."""
    return utc_text(_EPOCH + int(observation_time(timestamp).scaleb(TIME_DIGITS, _EXACT)) * _MICROSECOND)


def observation_time(timestamp: Decimal) -> Decimal:
    """Unix seconds to the microsecond: the time in a sort key."""
    return timestamp.quantize(Decimal("0.000001"), rounding=ROUND_DOWN, context=_EXACT)


def bound_future(price: Price, now: datetime) -> Price:
    """The price; InvalidInputError where it claims to be observed more than 300 s from now."""
    if price.observed_at > now + FUTURE_TOLERANCE:
        raise InvalidInputError(
            "timestamp",
            f"the price was observed at {utc_text(price.observed_at)}, more than {FUTURE_TOLERANCE.seconds} s ahead "
            "of our clock; send the time of its observation",
        )
    return price
