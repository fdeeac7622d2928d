"""What exchanges send, and what has come of it."""

import json
from collections import Counter
from typing import Any

from services.common.signature import SIGNATURE_HEADER, TIMESTAMP_HEADER, sign
from services.price_alerts.system import price_alert_notifications, price_history, price_updates
from tests.faults.laboratory.laboratory import Laboratory
from tests.faults.scenarios.price_alerts import OBSERVED, SECRETS, PriceAlerts
from tests.faults.scenarios.proxy_event import proxy_event

INGESTION, EVALUATION = "webhook-ingestion", "rule-evaluation"
scenario = PriceAlerts()


def update(price: str, symbol: str = "BTC-USD", observed_at: str = OBSERVED) -> str:
    body = {
        "schema_version": "1",
        "symbol": symbol,
        "exchange": "coinbase",
        "price": price,
        "observed_at": observed_at,
        "received_at": "2026-11-21T10:00:00.000000Z",
        "correlation_id": "correlation",
    }
    return json.dumps(body)


def webhook(price: object = "70000", symbol: str = "BTC-USD", time: str | None = OBSERVED, **more: object) -> bytes:
    dated = {"time": time} if time else {}
    body = {"type": "ticker", "product_id": symbol, "price": price} | dated | more
    return json.dumps(body, ensure_ascii=False).encode("utf-8", "surrogatepass")


def answered(lab: Laboratory, body: bytes, exchange: str = "coinbase", **more: str | None) -> tuple[int, str | None]:
    """The status, and the field that is named."""
    result = scenario.post(lab, exchange, body, **more)
    assert result.error is None
    return result.answer["statusCode"], json.loads(result.answer["body"]).get("field")


def queued(lab: Laboratory) -> list[dict[str, Any]]:
    """Takes the price updates off their queue."""
    return [json.loads(message["Body"]) for message in lab.account.drained(price_updates)]


def enqueue(lab: Laboratory, *bodies: str) -> None:
    for body in bodies:
        lab.account.sqs.send_message(QueueUrl=lab.account.url(price_updates), MessageBody=body)


def alerts(lab: Laboratory) -> list[dict[str, Any]]:
    return [json.loads(message["Body"]) for message in lab.messages(price_alert_notifications)]


def fired(lab: Laboratory) -> Counter[str]:
    """How many alerts each rule has had."""
    return Counter(alert["alertId"] for alert in alerts(lab))


def history(lab: Laboratory) -> list[tuple[str, str]]:
    """The observations that are kept, and last the latest price."""
    found = [item for item in lab.account.items(price_history) if item["symbol"]["S"] == "BTC-USD"]
    return sorted((item["entry"]["S"].partition("#")[0], item["price"]["N"]) for item in found)


def event(lab: Laboratory, body: bytes, **headers: str) -> dict[str, Any]:
    now = lab.clock.now()
    stamp = str(int(now.timestamp()))
    signed = {TIMESTAMP_HEADER: stamp, SIGNATURE_HEADER: sign(SECRETS["coinbase"].encode(), stamp, body)}
    return proxy_event("POST", "/webhook/coinbase", body, signed | headers, now)
