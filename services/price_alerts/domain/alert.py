"""The alert that a fired rule makes, published as schemas/price-alert.v1.schema.json."""

from dataclasses import dataclass
from decimal import Decimal

from services.common.amount import plain
from services.common.json_body import json_text
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


def alert_line(alert: Alert) -> str:
    """For people: `BTC-USD is at 70000.5, at or above your 70000 (coinbase, 2026-11-21T10:00:00Z)`."""
    second = f"{alert.observed_at[:19]}Z"
    return (
        f"{alert.symbol} is at {plain(alert.price)}, at or {alert.direction} your {plain(alert.threshold)} "
        f"({alert.exchange}, {second})"
    )


def alert_subject(alert: Alert) -> str:
    """What heads the alert in an e-mail: `BTC-USD above 70000`."""
    return f"{alert.symbol} {alert.direction} {plain(alert.threshold)}"


def alert_text(alert: Alert) -> str:
    """The alert as JSON text."""
    return json_text(
        {
            "schema_version": SCHEMA_VERSION,
            "message": alert_line(alert),
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


def alert_attributes(alert: Alert) -> dict[str, str]:
    """What subscriptions filter by, beside the message's id."""
    return {
        "userId": alert.user_id,
        "symbol": alert.symbol,
        "direction": alert.direction.value,
        "correlation_id": alert.correlation_id,
        "schema_version": SCHEMA_VERSION,
    }
