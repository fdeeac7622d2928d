"""The message by which a price goes from ingestion to evaluation."""

from dataclasses import dataclass
from datetime import datetime

from services.common.amount import parse_amount, plain
from services.common.invalid_input import InvalidInputError
from services.common.json_body import json_text, parse_object
from services.common.symbol import CANONICAL
from services.common.timestamp import parse_timestamp, utc_text
from services.price_alerts.domain.tick import Tick

SCHEMA_VERSION = "1"


class PoisonUpdateError(Exception):
    """A message that can never be evaluated."""


@dataclass(frozen=True)
class PriceUpdate:
    """A tick, when and under which correlation id it was accepted."""

    tick: Tick
    received_at: datetime
    correlation_id: str

    @property
    def message_id(self) -> str:
        """Equal for copies of one observation, and for them alone."""
        return f"{self.tick.symbol}#{self.tick.observation}"


def update_text(update: PriceUpdate) -> str:
    """The update as JSON text."""
    tick = update.tick
    return json_text(
        {
            "schema_version": SCHEMA_VERSION,
            "symbol": tick.symbol,
            "exchange": tick.exchange,
            "price": plain(tick.price),
            "observed_at": utc_text(tick.observed_at),
            "received_at": utc_text(update.received_at),
            "correlation_id": update.correlation_id,
        }
    )


def parse_update(text: str) -> PriceUpdate:
    """The update in a message's text; PoisonUpdateError where it is none of this version."""
    try:
        body = parse_object(text.encode())
        names = ("schema_version", "symbol", "exchange", "correlation_id")
        version, symbol, exchange, correlation_id = (str(body[name]) for name in names)
        if version != SCHEMA_VERSION or not CANONICAL.fullmatch(symbol):
            raise PoisonUpdateError(f"the message's schema_version is {version}, its symbol {symbol}")
        price = parse_amount(body["price"], "price")
        observed_at, received_at = (parse_timestamp(body[name], name) for name in ("observed_at", "received_at"))
    except (InvalidInputError, KeyError) as error:
        raise PoisonUpdateError(f"the message is no price update: {error}") from error
    return PriceUpdate(Tick(symbol, exchange, price, observed_at), received_at, correlation_id)
