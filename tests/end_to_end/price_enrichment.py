"""The price-enrichment system of a deployed environment: exchanges that post, and what is stored and told."""

import json
import time
import uuid
from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from services.common.timestamp import utc_text
from services.price_enrichment.domain.series import PricePoint
from tests.end_to_end.environment import Environment
from tests.end_to_end.payment_provider import Answer, PaymentProvider
from tests.end_to_end.price_alerts import Subscriber
from tests.unit.services.fake_tables import plain_item

TABLE, PROCESSOR, ENRICHER = "crypto-prices", "webhook-processor", "price-enricher"


class PriceEnrichment:
    """Both ends of the system and the table between them."""

    def __init__(self, environment: Environment) -> None:
        self.environment = environment
        outputs = environment.outputs()
        self._url = outputs["api"]["price_webhook_api_url"]
        said = environment.pulumi("security", "config", "get", "price-enrichment-webhook-credentials").succeeded().said
        self._credentials: dict[str, dict[str, Any]] = json.loads(said)
        self.updates = Subscriber(environment, str(outputs["messaging"]["price_updates_success_topic_arn"]))
        self.dynamodb, self.sqs = environment.client("dynamodb"), environment.client("sqs")
        self.failures = str(outputs["messaging"]["webhook_processor_failures_dlq_url"])
        self.errors = str(outputs["messaging"]["price_enrichment_errors_topic_arn"])

    @contextmanager
    def few_at_once(self) -> Generator[None]:
        """Only so many processors as two cores can start; what is throttled waits in Lambda's queue."""
        client, name = self.environment.client("lambda"), self.environment.named(PROCESSOR)
        reserved = client.get_function_concurrency(FunctionName=name)["ReservedConcurrentExecutions"]
        client.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=2)
        try:
            yield
        finally:
            client.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=reserved)

    def exchange(self, name: str) -> PaymentProvider:
        return PaymentProvider(f"{self._url}/webhook", self._credentials[name]["webhook_secrets"][0])

    def post(self, body: dict[str, Any], **settings: Any) -> Answer:
        return self.exchange(body["exchange"]).post(body, **settings)

    def items(self, symbol: str) -> list[dict[str, Any]]:
        """The symbol's prices as they are stored, in their order."""
        found = self.dynamodb.query(
            TableName=self.environment.named(TABLE),
            KeyConditionExpression="symbol = :symbol",
            ExpressionAttributeValues={":symbol": {"S": symbol}},
            ConsistentRead=True,
        )
        return [plain_item(item) for item in found["Items"]]

    def told(self, correlation_id: str) -> list[dict[str, Any]]:
        """What the topic was told of a webhook."""
        self.updates.take()
        payloads = [record.body["responsePayload"] for record in self.updates.received]
        return [payload for payload in payloads if payload["correlation_id"] == correlation_id]

    def failed(self, correlation_id: str) -> list[dict[str, Any]]:
        """Lambda's records of a webhook in the failure queue; they are taken from it."""
        found = self.sqs.receive_message(QueueUrl=self.failures, MaxNumberOfMessages=10).get("Messages", [])
        mine: list[dict[str, Any]] = []
        for message in found:
            record = json.loads(message["Body"])
            if record["requestPayload"]["headers"]["X-Correlation-Id"] == correlation_id:
                self.sqs.delete_message(QueueUrl=self.failures, ReceiptHandle=message["ReceiptHandle"])
                mine.append(record)
        return mine


def new_symbol() -> str:
    return f"T{uuid.uuid4().hex[:8].upper()}-USD"


def prices(symbol: str, count: int) -> list[dict[str, Any]]:
    """Webhooks, the oldest first, of two exchanges that take turns and sometimes tell of one instant."""
    begun = datetime.now(UTC) - timedelta(hours=1)
    return [
        {
            "exchange": ("kraken", "coinbase")[number % 2],
            "symbol": symbol,
            "price": f"{60_000 + number * 7919 % 1009}.{number % 10}",
            "timestamp": utc_text(begun + timedelta(seconds=number - number % 3)),
        }
        for number in range(count)
    ]


def points(items: list[dict[str, Any]]) -> list[PricePoint]:
    return [PricePoint(item["timestamp"], item["price"]) for item in items]


def metrics(item: dict[str, Any]) -> dict[str, Decimal]:
    return {name: Decimal(value["N"]) for name, value in item["metrics"].items()}


def eventually(look: Callable[[], Any], seconds: float = 40) -> Any:
    """What the look found, as soon as it is something."""
    end = time.monotonic() + seconds
    while not (found := look()):
        assert time.monotonic() < end, f"not within {seconds} s"
        time.sleep(0.1)
    return found
