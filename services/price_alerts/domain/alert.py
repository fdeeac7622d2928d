"""The alert that a fired rule makes, published as schemas/price-alert.v1.schema.json."""

from dataclasses import dataclass
from decimal import Decimal

from services.common.amount import plain
from services.common.json_body import json_text
from services.common.notifications import Notification
from services.price_alerts.domain.rule import Direction

SCHEMA_VERSION = "1"


@dataclass(frozen=True)
class Alert:
    """A crossing as it was recorded: the rule, and the price that fired it; times are UTC texts of microseconds."""

    message_id: str
    user_id: str
    alert_id: str
    symbol: str
    direction: Direction
    threshold: Decimal
    price: Decimal
    exchange: str
    observed_at: str
    fired_at: str
    correlation_id: str

    @property
    def line(self) -> str:
        """For people: `BTC-USD is at 70000.5, at or above your 70000 (coinbase, 2026-11-21T10:00:00Z)`."""
        second = f"{self.observed_at[:19]}Z"
        return (
            f"{self.symbol} is at {plain(self.price)}, at or {self.direction} your {plain(self.threshold)} "
            f"({self.exchange}, {second})"
        )


def alert_notification(alert: Alert) -> Notification:
    """The alert as a message for the topic, with what subscriptions filter by."""
    text = json_text(
        {
            "schema_version": SCHEMA_VERSION,
            "message": alert.line,
            "message_id": alert.message_id,
            "userId": alert.user_id,
            "alertId": alert.alert_id,
            "symbol": alert.symbol,
            "direction": alert.direction.value,
            "threshold": plain(alert.threshold),
            "price": plain(alert.price),
            "exchange": alert.exchange,
            "observed_at": alert.observed_at,
            "fired_at": alert.fired_at,
            "correlation_id": alert.correlation_id,
        }
    )
    attributes = {
        "userId": alert.user_id,
        "symbol": alert.symbol,
        "direction": alert.direction.value,
        "correlation_id": alert.correlation_id,
        "schema_version": SCHEMA_VERSION,
    }
    return Notification(
        alert.message_id, text, attributes, subject=f"{alert.symbol} {alert.direction} {plain(alert.threshold)}"
    )
