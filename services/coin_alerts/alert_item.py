"""An item of the table crypto-alerts: the attributes that its writer sets, and those that this system adds."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from boto3.dynamodb.types import TypeDeserializer

from services.coin_alerts.domain.price_alert import PriceAlert
from services.coin_alerts.domain.terms import TERMS, Terms, check_id, parse_terms
from services.common.amount import parse_amount
from services.common.invalid_input import InvalidInputError

# Attributes by name, as DynamoDB's API and its streams give them: {"S": "BTC"}.
Image = Mapping[str, Mapping[str, Any]]

ARMED_INDEX = "armed-index"
UNNOTIFIED_INDEX = "unnotified-index"

# Its stubs know another type of the same values.
_deserializer: Any = TypeDeserializer()


@dataclass(frozen=True, order=True)
class AlertKey:
    """The key of an alert."""

    user_id: str
    alert_id: str

    def attributes(self) -> dict[str, Any]:
        """The key as DynamoDB takes it."""
        return {"userId": {"S": self.user_id}, "alertId": {"S": self.alert_id}}


def key_of(image: Image) -> AlertKey:
    """The key in an image."""
    return AlertKey(str(image["userId"]["S"]), str(image["alertId"]["S"]))


def written_terms(image: Image) -> dict[str, Mapping[str, Any]]:
    """The terms as their writer wrote them, without those that are missing."""
    return {name: image[name] for name in TERMS if name in image}


def terms_of(image: Image) -> Terms:
    """The terms in an image; InvalidInputError names the first that is missing or wrong."""
    return parse_terms({name: _deserializer.deserialize(value) for name, value in written_terms(image).items()})


def alert_of(image: Image) -> tuple[AlertKey, Terms]:
    """A valid alert; InvalidInputError for one that can't be armed."""
    key = key_of(image)
    check_id(key.user_id, "userId")
    check_id(key.alert_id, "alertId")
    return key, terms_of(image)


def price_alert_of(image: Image) -> PriceAlert:
    """What to tell of a triggered alert, wholly from what was recorded when it was triggered.

    Raises InvalidInputError for attributes that this system did not write.
    """
    key = key_of(image)
    coin_symbol, _, condition = _text(image, "triggered_for").partition("#")
    threshold = image.get("armed_threshold", {}).get("N")
    return PriceAlert(
        message_id=_text(image, "revision"),
        correlation_id=_text(image, "correlation_id"),
        user_id=key.user_id,
        alert_id=key.alert_id,
        terms=parse_terms({"coinSymbol": coin_symbol, "condition": condition, "threshold": threshold}),
        price=parse_amount(image.get("triggered_price", {}).get("N"), "triggered_price"),
        triggered_at=_instant(image, "triggered_at"),
    )


def _text(image: Image, name: str) -> str:
    value = image.get(name, {}).get("S")
    if not isinstance(value, str):
        raise InvalidInputError(name, f"{name} is missing or no string; it is not for others to write")
    return value


def _instant(image: Image, name: str) -> datetime:
    try:
        return datetime.fromisoformat(_text(image, name))
    except ValueError as error:
        raise InvalidInputError(name, f"{name} is no instant; it is not for others to write") from error
