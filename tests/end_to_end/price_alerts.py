"""The price-alerts system of a deployed environment: exchanges that post, users with rules, and a subscriber."""

import json
import time
import uuid
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from services.common.timestamp import utc_now
from services.price_alerts.rules import Rules
from tests.end_to_end.environment import Environment
from tests.end_to_end.payment_provider import Answer, PaymentProvider

RULES, HISTORY, TOPIC = "alert-rules", "price-history", "price-alert-notifications"
GENERIC = "gemini"


@dataclass(frozen=True)
class Received:
    """An alert as a subscriber of the topic gets it."""

    body: dict[str, Any]
    attributes: Mapping[str, str]


class Subscriber:
    """A queue subscribed to the topic, with raw delivery, and all that came to it."""

    def __init__(self, environment: Environment, topic: str, **attributes: str) -> None:
        self._sqs, self._sns = environment.client("sqs"), environment.client("sns")
        self._url = self._sqs.create_queue(QueueName=f"subscriber-{uuid.uuid4().hex}")["QueueUrl"]
        asked = self._sqs.get_queue_attributes(QueueUrl=self._url, AttributeNames=["QueueArn"])
        arn = asked["Attributes"]["QueueArn"]
        policy = {
            "Effect": "Allow",
            "Principal": {"Service": "sns.amazonaws.com"},
            "Action": "sqs:SendMessage",
            "Resource": arn,
            "Condition": {"ArnEquals": {"aws:SourceArn": topic}},
        }
        document = json.dumps({"Version": "2012-10-17", "Statement": [policy]})
        self._sqs.set_queue_attributes(QueueUrl=self._url, Attributes={"Policy": document})
        self._arn = self._sns.subscribe(
            TopicArn=topic,
            Protocol="sqs",
            Endpoint=arn,
            Attributes={"RawMessageDelivery": "true", **attributes},
            ReturnSubscriptionArn=True,
        )["SubscriptionArn"]
        self.received: list[Received] = []

    def of(self, symbol: str) -> list[Received]:
        """What came so far for a symbol."""
        return [alert for alert in self.received if alert.body["symbol"] == symbol]

    def wait_for(self, count: int, symbol: str, seconds: float = 30) -> list[Received]:
        """All alerts for a symbol, once there are so many of different rules."""
        end = time.monotonic() + seconds
        while (found := len({alert.body["message_id"] for alert in self.of(symbol)})) < count:
            assert time.monotonic() < end, f"{found} of {count} alerts for {symbol} came"
            if not self.take():
                time.sleep(0.05)
        return self.of(symbol)

    def settle(self, seconds: float = 1) -> None:
        """Takes what comes within a while: a second copy would."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if not self.take():
                time.sleep(0.1)

    def take(self) -> int:
        """How many messages came in one look."""
        asked = {"MaxNumberOfMessages": 10, "MessageAttributeNames": ["All"]}
        found = self._sqs.receive_message(QueueUrl=self._url, **asked).get("Messages", [])
        for message in found:
            given = message.get("MessageAttributes", {})
            attributes = {name: value["StringValue"] for name, value in given.items()}
            self.received.append(Received(json.loads(message["Body"]), attributes))
        if found:
            entries = [{"Id": str(n), "ReceiptHandle": one["ReceiptHandle"]} for n, one in enumerate(found)]
            self._sqs.delete_message_batch(QueueUrl=self._url, Entries=entries)
        return len(found)

    def close(self) -> None:
        self._sns.unsubscribe(SubscriptionArn=self._arn)
        self._sqs.delete_queue(QueueUrl=self._url)


class PriceAlerts:
    """The two ends of the system, and its tables between them."""

    def __init__(self, environment: Environment) -> None:
        self.environment = environment
        outputs = environment.outputs()
        self._url = outputs["api"]["price_alerts_api_url"]
        self.topic = str(outputs["messaging"]["price_alert_notifications_topic_arn"])
        self.outputs = outputs
        said = environment.pulumi("security", "config", "get", "price-alerts-exchange-credentials").succeeded().said
        self.credentials: dict[str, dict[str, Any]] = json.loads(said)
        self.dynamodb = environment.client("dynamodb")
        self.rules_table = environment.named(RULES)
        self.rules = Rules(self.dynamodb, self.rules_table, utc_now)
        self.subscriber = Subscriber(environment, self.topic)

    def exchange(self, name: str = GENERIC, route: str = "") -> PaymentProvider:
        """An exchange that signs with its own secret and posts to its own route, or to the generic one."""
        return PaymentProvider(f"{self._url}/webhook{route}", self.credentials[name]["webhook_secrets"][0])

    def post(self, symbol: str, price: str, **more: Any) -> Answer:
        """A price in the generic form, which is accepted."""
        answer = self.exchange().post({"exchange": GENERIC, "symbol": symbol, "price": price, **more})
        assert answer.status == 202, answer.text
        return answer

    def evaluated(self, symbol: str, count: int = 1, seconds: float = 30) -> list[dict[str, Any]]:
        """The symbol's history, once it has so many prices."""
        end = time.monotonic() + seconds
        while len(entries := self.history(symbol)) < count:
            assert time.monotonic() < end, f"{len(entries)} of {count} prices of {symbol} were evaluated"
            time.sleep(0.1)
        return entries

    def history(self, symbol: str) -> list[dict[str, Any]]:
        answer = self.dynamodb.query(
            TableName=self.environment.named(HISTORY),
            KeyConditionExpression="symbol = :symbol AND entry < :latest",
            ExpressionAttributeValues={":symbol": {"S": symbol}, ":latest": {"S": "latest"}},
        )
        return answer["Items"]

    def batch_pass(self) -> dict[str, Any]:
        """What rule-evaluation answers when it is called as its schedule does."""
        name = self.environment.named("rule-evaluation")
        answer = self.environment.client("lambda").invoke(FunctionName=name, Payload=json.dumps({"batch_pass": True}))
        return json.loads(answer["Payload"].read())

    def write_rules(self, items: Iterable[dict[str, Any]]) -> None:
        """Puts items into the table as someone else's program does."""
        requests = [{"PutRequest": {"Item": item}} for item in items]
        batches = [requests[start : start + 25] for start in range(0, len(requests), 25)]
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(self._write, batches))

    def item(self, user_id: str, alert_id: str) -> dict[str, Any]:
        key = {"userId": {"S": user_id}, "alertId": {"S": alert_id}}
        return self.dynamodb.get_item(TableName=self.rules_table, Key=key, ConsistentRead=True)["Item"]

    def _write(self, batch: list[dict[str, Any]]) -> None:
        self.dynamodb.batch_write_item(RequestItems={self.rules_table: batch})


def new_symbol() -> str:
    """A symbol that no other test has."""
    return f"T{uuid.uuid4().hex[:12].upper()}-USD"


def armed_item(symbol: str, number: int, threshold: str) -> dict[str, Any]:
    return {
        "userId": {"S": f"user-{number % 97}"},
        "alertId": {"S": f"{symbol}-{number}"},
        "symbol": {"S": symbol},
        "direction": {"S": "above"},
        "threshold": {"N": threshold},
        "armed_for": {"S": f"{symbol}#above"},
        "armed_at": {"S": "2026-11-21T10:00:00.000000Z"},
    }
