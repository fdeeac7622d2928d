"""Signed requests as API Gateway hands them over, and a validator on fakes."""

import json
from typing import Any

from services.common.secret_parameter import SecretParameter
from services.common.signature import sign
from services.transactions.intake_table import IntakeTable
from services.transactions.webhook_validator import WebhookValidator
from tests.unit.services.fakes import START, FakeClock, FakeDynamoDB

SECRET = b"current-secret"
WEBHOOK = {
    "event_id": "evt_1",
    "transaction_type": "payment",
    "amount": "10.50",
    "timestamp": "2026-11-21T09:59:00+01:00",
    "customer": "Ada Lovelace",
}


class Secrets:
    def __init__(self) -> None:
        self.value: str | Exception = SECRET.decode()

    def __call__(self) -> str:
        if isinstance(self.value, Exception):
            raise self.value
        return self.value


class Endpoint:
    """POST /webhook on fakes."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.dynamodb = FakeDynamoDB()
        self.secrets = Secrets()
        self.requests = 0
        table = IntakeTable(self.dynamodb, "table")
        self.validator = WebhookValidator(SecretParameter(self.secrets, self.clock), table, self.clock)

    def post(self, body: bytes | dict[str, Any], secret: bytes = SECRET, **headers: str | None) -> "Answer":
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.requests += 1
        return Answer(self.validator.answer(request(raw, secret, f"request-{self.requests}", headers)))

    def item(self, event_id: str = "evt_1") -> dict[str, Any]:
        return {name: next(iter(value.values())) for name, value in self.dynamodb.items[event_id].items()}


class Answer:
    def __init__(self, response: dict[str, Any]) -> None:
        self.status: int = response["statusCode"]
        self.headers: dict[str, str] = response["headers"]
        self.body: dict[str, Any] = json.loads(response["body"])


def request(raw: bytes, secret: bytes, request_id: str, headers: dict[str, str | None]) -> dict[str, Any]:
    stamp = str(int(START.timestamp()))
    given = {"X_Webhook_Timestamp": stamp, "X_Webhook_Signature": sign(secret, stamp, raw)} | headers
    return {
        "headers": {name.replace("_", "-"): value for name, value in given.items()},
        "multiValueHeaders": None,
        "requestContext": {"requestId": request_id},
        "body": raw.decode("utf-8", "surrogateescape"),
        "isBase64Encoded": False,
    }
