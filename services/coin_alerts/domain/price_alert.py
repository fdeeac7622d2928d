"""What a user is told, published as schemas/price-alert.v1.schema.json."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from services.coin_alerts.domain.terms import Terms
from services.coin_alerts.domain.ticker import QUOTE
from services.common.amount import plain
from services.common.json_body import json_text
from services.common.timestamp import utc_text

SCHEMA_VERSION = "1"


@dataclass(frozen=True)
class PriceAlert:
    """An alert whose terms a price has met; `message_id` is that of its arming, equal in every copy."""

    message_id: str
    correlation_id: str
    user_id: str
    alert_id: str
    terms: Terms
    price: Decimal
    triggered_at: datetime

    @property
    def subject(self) -> str:
        """An e-mail's subject: ASCII, below 100 characters."""
        return f"{self.terms.coin_symbol} is {self.terms.condition} {plain(self.terms.threshold)} {QUOTE}"

    @property
    def sentence(self) -> str:
        """The alert in words."""
        return (
            f"{self.terms.coin_symbol} is at {plain(self.price)} {QUOTE}, {self.terms.condition} your threshold of "
            f"{plain(self.terms.threshold)} {QUOTE}."
        )

    @property
    def email(self) -> str:
        """The body of an e-mail."""
        return (
            f"{self.sentence}\n\nSeen at {self.triggered_at:%Y-%m-%d %H:%M:%S} UTC. "
            f"The alert {self.alert_id} of {self.user_id} is quiet now until its terms are set again."
        )

    @property
    def text(self) -> str:
        """The message's JSON."""
        return json_text(
            {
                "schema_version": SCHEMA_VERSION,
                "message_id": self.message_id,
                "correlation_id": self.correlation_id,
                "user_id": self.user_id,
                "alert_id": self.alert_id,
                "coin_symbol": self.terms.coin_symbol,
                "condition": self.terms.condition,
                "threshold": plain(self.terms.threshold),
                "price": plain(self.price),
                "quote_currency": QUOTE,
                "triggered_at": utc_text(self.triggered_at),
                "message": self.sentence,
            }
        )

    @property
    def attributes(self) -> Mapping[str, str]:
        """What subscriptions filter by."""
        return {
            "userId": self.user_id,
            "coinSymbol": self.terms.coin_symbol,
            "condition": self.terms.condition,
            "correlation_id": self.correlation_id,
            "schema_version": SCHEMA_VERSION,
        }
