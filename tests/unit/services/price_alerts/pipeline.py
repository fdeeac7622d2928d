"""The system on fakes and one clock: webhooks in, alerts out."""

import base64
import json
from collections.abc import Callable, Iterable
from datetime import timedelta
from decimal import Decimal
from typing import Any

from services.common.ciphertext import Ciphertext, ciphertext_context
from services.common.exchange_credentials import CredentialStore
from services.common.notifications import NotificationTopic
from services.common.signature import sign
from services.common.workers import Workers
from services.price_alerts.armed_rules import ArmedRules
from services.price_alerts.batch_pass import BatchPass
from services.price_alerts.domain.price_update import PriceUpdate
from services.price_alerts.domain.tick import Tick
from services.price_alerts.evaluator import Evaluator
from services.price_alerts.notifier import Notifier
from services.price_alerts.outbox import Outbox
from services.price_alerts.price_history import PriceHistory
from services.price_alerts.price_queue import PriceQueue
from services.price_alerts.rule_evaluation import RuleEvaluation
from services.price_alerts.rules import Rules
from services.price_alerts.webhook_ingestion import WebhookIngestion
from tests.unit.services.common.test_ciphertext import FakeKms
from tests.unit.services.fake_sns import FakeSns
from tests.unit.services.fake_tables import FakeTables
from tests.unit.services.fakes import FakeClock, FakeContext, FakeSqs

RULES, HISTORY, QUEUE = "alert-rules", "price-history", "price-updates"
SECRETS = {exchange: f"{exchange}-secret" for exchange in ("coinbase", "kraken", "binance", "bitstamp", "gemini")}
CREDENTIALS = {
    exchange: {"webhook_secrets": [secret, f"previous-{secret}"], "api_key": f"{exchange}-key"}
    for exchange, secret in SECRETS.items()
}


class Answer:
    def __init__(self, response: dict[str, Any]) -> None:
        self.status: int = response["statusCode"]
        self.headers: dict[str, str] = response["headers"]
        self.body: dict[str, Any] = json.loads(response["body"])


class Pipeline:
    """Everything deployed, with two threads."""

    def __init__(self, credentials: object = CREDENTIALS) -> None:
        self.clock = FakeClock()
        self.kms = FakeKms(json.dumps(credentials).encode())
        self.sqs, self.sns = FakeSqs(), FakeSns()
        self.tables = FakeTables(alert_rules=("userId", "alertId"), price_history=("symbol", "entry"))
        self.requests = 0
        self.received = 0
        ids = iter(range(1, 1_000_000))
        self.rules = Rules(self.tables, RULES, self.clock, lambda: f"alert-{next(ids):05}")
        self.ingestion = self.new_ingestion()
        self.evaluation = self.new_evaluation()

    def new_ingestion(self) -> WebhookIngestion:
        context = ciphertext_context("unit", "price-alerts", "exchange-credentials")
        ciphertext = Ciphertext(self.kms, base64.b64encode(b"encrypted").decode(), context)
        return WebhookIngestion(CredentialStore(ciphertext), PriceQueue(self.sqs, QUEUE), self.clock)

    def new_evaluation(self) -> RuleEvaluation:
        """As another execution environment has it."""
        workers = Workers(2)
        notifier = Notifier(Outbox(self.tables, RULES), NotificationTopic(self.sns, "topic"), workers, self.clock)
        history, queue = PriceHistory(self.tables, HISTORY), PriceQueue(self.sqs, QUEUE)
        evaluator = Evaluator(history, ArmedRules(self.tables, RULES), notifier, workers, self.clock)
        return RuleEvaluation(evaluator, BatchPass(history, queue, notifier, workers, self.clock), queue)

    def post(
        self, body: bytes | dict[str, Any], exchange: str = "", secret: str | None = None, **headers: str | None
    ) -> Answer:
        """Posts to the exchange's own route, or to the generic one, signed with the secret of the exchange it names."""
        raw = body if isinstance(body, bytes) else json.dumps(body, default=float).encode()
        said = exchange or (body.get("exchange", "") if isinstance(body, dict) else "")
        secret = SECRETS.get(str(said).lower(), "unknown") if secret is None else secret
        self.requests += 1
        stamp = str(int(self.clock().timestamp()))
        given = {"X_Webhook_Timestamp": stamp, "X_Webhook_Signature": sign(secret.encode(), stamp, raw)} | headers
        return Answer(
            self.ingestion.answer(
                {
                    "resource": f"/webhook/{exchange}" if exchange else "/webhook",
                    "headers": {name.replace("_", "-"): value for name, value in given.items()},
                    "requestContext": {"requestId": f"request-{self.requests}"},
                    "body": raw.decode("utf-8", "surrogateescape"),
                    "isBase64Encoded": False,
                }
            )
        )

    def queued(self) -> list[dict[str, Any]]:
        """Takes all messages off the queue, as SQS hands them to the function."""
        entries, self.sqs.queues[QUEUE] = self.sqs.queues[QUEUE], []
        return [self.record(entry["MessageBody"]) for entry in entries]

    def record(self, body: str) -> dict[str, Any]:
        self.received += 1
        return {"messageId": f"message-{self.received}", "body": body}

    def consume(
        self,
        records: Iterable[dict[str, Any]],
        milliseconds_left: Callable[[], int] = lambda: 45_000,
        evaluation: RuleEvaluation | None = None,
    ) -> list[str]:
        """The ids of the messages that failed."""
        context = FakeContext(milliseconds_left)
        self.requests += 1
        context.aws_request_id = f"invocation-{self.requests}"
        answer = (evaluation or self.evaluation).consume(list(records), context)
        return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]

    def tick(self, price: str, symbol: str = "BTC-USD", exchange: str = "gemini", seconds: float = 0) -> list[str]:
        """Evaluates a price observed so many seconds from now."""
        return self.consume([self.record(self.update_text(price, symbol, exchange, seconds))])

    def update_text(self, price: str, symbol: str = "BTC-USD", exchange: str = "gemini", seconds: float = 0) -> str:
        PriceQueue(self.sqs, "made").send([self.update(price, symbol, exchange, seconds)])
        return self.sqs.queues.pop("made")[0]["MessageBody"]

    def update(self, price: str, symbol: str = "BTC-USD", exchange: str = "gemini", seconds: float = 0) -> PriceUpdate:
        tick = Tick(symbol, exchange, Decimal(price), self.clock() + timedelta(seconds=seconds))
        return PriceUpdate(tick, self.clock(), "correlation")

    def batch_pass(self, milliseconds_left: Callable[[], int] = lambda: 45_000, claimant: str = "pass") -> Any:
        return self.evaluation.batch_pass.run(claimant, milliseconds_left)

    def alerts(self) -> list[dict[str, Any]]:
        """The bodies of what was published."""
        return [json.loads(message["Message"]) for message in self.sns.published]

    def rule(self, alert_id: str) -> dict[str, Any]:
        (item,) = (item for item in self.tables.items(RULES) if item["alertId"] == alert_id)
        return item
