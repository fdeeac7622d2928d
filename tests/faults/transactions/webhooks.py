"""Payment webhooks as they come in, and what is stored of them."""

import json
from typing import Any

from services.transactions.system import transaction_events
from tests.faults.laboratory.laboratory import Laboratory
from tests.faults.scenarios.transactions import Transactions

SCENARIO = Transactions()
VALIDATOR, ROUTER = "webhook-validator", "transaction-router"
WEBHOOK = {"event_id": "evt_1", "transaction_type": "payment", "amount": "10.50", "timestamp": "2026-11-21T09:59:00Z"}


def post(lab: Laboratory, raw: bytes | dict[str, Any], **headers: str) -> dict[str, Any]:
    """The answer, whose body is parsed, to a request that is signed as it stands unless the headers say otherwise."""
    body = raw if isinstance(raw, bytes) else json.dumps(raw).encode()
    result = SCENARIO.post(lab, body, **headers)
    assert result.error is None, result.error
    return result.answer | {"body": json.loads(result.answer["body"])}


def stored(lab: Laboratory) -> list[dict[str, Any]]:
    return lab.account.items(transaction_events)


def refused(lab: Laboratory, status: int, field: str, raw: bytes | dict[str, Any], **headers: str) -> None:
    answer = post(lab, raw, **headers)
    assert (answer["statusCode"], answer["body"].get("field")) == (status, field), answer
    assert not stored(lab)


def with_amount(text: str) -> bytes:
    return json.dumps(WEBHOOK | {"amount": 0}).replace('"amount": 0', f'"amount": {text}').encode()
