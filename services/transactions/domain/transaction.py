"""A payment provider's webhook, validated."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from services.common.amount import parse_amount
from services.common.invalid_input import InvalidInputError, shown
from services.common.json_body import digest
from services.common.timestamp import parse_timestamp

TRANSACTION_TYPES = ("payment", "refund", "dispute")
REQUIRED = ("event_id", "transaction_type", "amount", "timestamp")

_EVENT_ID = re.compile(r"[A-Za-z0-9._:/+=@-]{1,128}")


@dataclass(frozen=True)
class Transaction:
    """A transaction's metadata, and the whole body it was taken from."""

    event_id: str
    transaction_type: str
    amount: Decimal
    timestamp: datetime
    payload: Mapping[str, Any]

    @property
    def digest(self) -> str:
        """Equal for two bodies that mean the same, whatever their key order, white space or writing of numbers."""
        return digest(self.payload)


def parse_transaction(body: Mapping[str, Any]) -> Transaction:
    """The transaction in a parsed body; InvalidInputError names the first field that is missing or wrong.

    An amount is never negative: its direction is the transaction's type.
    """
    for field in REQUIRED:
        if body.get(field) is None:
            raise InvalidInputError(field, f"{field} is missing; required are {', '.join(REQUIRED)}")
    return Transaction(
        event_id=_event_id(body["event_id"]),
        transaction_type=_transaction_type(body["transaction_type"]),
        amount=parse_amount(body["amount"], "amount"),
        timestamp=parse_timestamp(body["timestamp"], "timestamp"),
        payload=body,
    )


def _event_id(value: object) -> str:
    if isinstance(value, str) and _EVENT_ID.fullmatch(value):
        return value
    raise InvalidInputError(
        "event_id", f"event_id is {shown(value)}; allowed is a string of 1 to 128 ASCII letters, digits and ._:/+=@-"
    )


def _transaction_type(value: object) -> str:
    if isinstance(value, str) and value in TRANSACTION_TYPES:
        return value
    raise InvalidInputError(
        "transaction_type", f"transaction_type is {shown(value)}; allowed are {', '.join(TRANSACTION_TYPES)}"
    )
