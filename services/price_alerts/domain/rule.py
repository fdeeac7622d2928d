"""A user's rule: tell me when this symbol's price reaches this threshold."""

import re
import uuid
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from services.common.amount import parse_amount
from services.common.invalid_input import InvalidInputError, shown
from services.common.symbol import CANONICAL

# What a message attribute, a log line and a shell can carry.
_ID = re.compile(r"[A-Za-z0-9._:/+=@-]{1,128}")
_UTC_TEXT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z")
ARMED_AT_EXAMPLE = "2026-11-21T10:06:37.250000Z"
_CROSSINGS = uuid.UUID("7d0a3c1e-52a5-4a43-9f0e-3f0b8a5b6c11")


class Direction(StrEnum):
    """From which side a price reaches a threshold; the threshold itself counts as reached."""

    ABOVE = "above"
    BELOW = "below"


class MalformedRuleError(Exception):
    """An armed item that is no rule; the message says why."""


@dataclass(frozen=True)
class ArmedRule:
    """A rule that waits for its crossing since `armed_at`, a UTC text of microseconds."""

    user_id: str
    alert_id: str
    symbol: str
    direction: Direction
    threshold: Decimal
    armed_at: str

    @property
    def armed_for(self) -> str:
        """The partition of the index that holds it."""
        return armed_for(self.symbol, self.direction)

    @property
    def crossing_id(self) -> str:
        """Stable and unique for the one crossing that this arming can have: the notification's `message_id`."""
        return str(uuid.uuid5(_CROSSINGS, f"{self.user_id}\n{self.alert_id}\n{self.armed_at}"))


def armed_for(symbol: str, direction: Direction) -> str:
    """What armed rules for a symbol and direction have in common."""
    return f"{symbol}#{direction}"


def parse_id(value: object, field: str) -> str:
    """A user's or an alert's id; InvalidInputError for what no message attribute or log line should carry."""
    if isinstance(value, str) and _ID.fullmatch(value):
        return value
    raise InvalidInputError(
        field, f"{field} is {shown(value)}; allowed is a string of 1 to 128 ASCII letters, digits and ._:/+=@-"
    )


def parse_direction(value: object) -> Direction:
    """A direction by its name; InvalidInputError for any other value."""
    try:
        return Direction(str(value))
    except ValueError:
        raise InvalidInputError(
            "direction", f"direction is {shown(value)}; allowed are {', '.join(Direction)}"
        ) from None


def armed_rule(attributes: dict[str, str], partition: str) -> ArmedRule:
    """The rule in the attributes of an item found armed in a partition; MalformedRuleError says why it is none."""
    try:
        rule = ArmedRule(
            user_id=parse_id(attributes["userId"], "userId"),
            alert_id=parse_id(attributes["alertId"], "alertId"),
            symbol=attributes["symbol"],
            direction=parse_direction(attributes["direction"]),
            threshold=parse_amount(Decimal(attributes["threshold"]), "threshold"),
            armed_at=attributes["armed_at"],
        )
    except KeyError as error:
        raise MalformedRuleError(f"the item has no {error}") from error
    except InvalidInputError as error:
        raise MalformedRuleError(error.message) from error
    if not _UTC_TEXT.fullmatch(rule.armed_at):
        raise MalformedRuleError(f"armed_at is {shown(rule.armed_at)}; allowed is {ARMED_AT_EXAMPLE} in this form")
    if not CANONICAL.fullmatch(rule.symbol) or rule.armed_for != partition:
        raise MalformedRuleError(f"symbol and direction make {shown(rule.armed_for)}, and armed_for is '{partition}'")
    return rule
