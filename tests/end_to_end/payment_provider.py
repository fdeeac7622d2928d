"""A payment provider: signs webhooks by the published rule, with code of its own, and posts them."""

import hashlib
import hmac
import http.client
import json
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

Body = Mapping[str, Any] | bytes


@dataclass(frozen=True)
class Answer:
    """An answer, and when it was asked for, by the monotonic clock."""

    status: int
    text: str
    correlation_id: str
    asked: float
    seconds: float

    @property
    def body(self) -> dict[str, Any]:
        return json.loads(self.text)


class PaymentProvider:
    """Posts to one webhook URL."""

    def __init__(self, url: str, secret: str) -> None:
        self.url = url
        self.secret = secret

    def post(
        self,
        body: Body,
        *,
        secret: str | None = None,
        age: int = 0,
        content_type: str = "application/json",
        headers: Mapping[str, str | None] | None = None,
    ) -> Answer:
        """The answer to a body that was signed `age` seconds ago; headers given as None are left out."""
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        timestamp = str(int(time.time()) - age)
        correlation_id = f"test-{uuid.uuid4()}"
        sent = {
            "Content-Type": content_type,
            "X-Correlation-Id": correlation_id,
            "X-Webhook-Timestamp": timestamp,
            "X-Webhook-Signature": signature(secret or self.secret, timestamp, raw),
        } | dict(headers or {})
        asked = time.monotonic()
        status, text = self._ask(raw, {name: value for name, value in sent.items() if value is not None})
        return Answer(status, text, correlation_id, asked, time.monotonic() - asked)

    def _ask(self, raw: bytes, headers: Mapping[str, str]) -> tuple[int, str]:
        parts = urlsplit(self.url)
        connection = http.client.HTTPConnection(str(parts.hostname), parts.port, timeout=40)
        try:
            connection.request("POST", parts.path, raw, dict(headers))
            response = connection.getresponse()
            return response.status, response.read().decode()
        finally:
            connection.close()


def signature(secret: str, timestamp: str, raw: bytes) -> str:
    return "v1=" + hmac.new(secret.encode(), timestamp.encode() + b"." + raw, hashlib.sha256).hexdigest()


def webhook(**changes: Any) -> dict[str, Any]:
    """A webhook with an id of its own; a change to None leaves the field out."""
    body = {
        "event_id": f"evt_{uuid.uuid4().hex}",
        "transaction_type": "payment",
        "amount": "129.90",
        "timestamp": "2026-11-20T10:14:07+01:00",
        "order": {"id": "ord_88213", "items": 3},
    }
    return {name: value for name, value in (body | changes).items() if value is not None}
