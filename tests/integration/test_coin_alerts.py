"""The coin-alerts system as its users meet it, wherever it is deployed and whichever exchange it polls."""

import json
import time
import uuid
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from operations.pulumi_command import PulumiCommand
from operations.target import target_of
from shared.checkout import SERVICES
from tests.integration.conftest import ENVIRONMENT
from tests.unit.services.transactions import draft4

SCHEMA = json.loads((SERVICES / "coin_alerts" / "schemas" / "price-alert.v1.schema.json").read_text())
# Any exchange has this coin, and at more than a hundred-millionth.
COIN, NEXT_TO_NOTHING = "BTC", "0.00000001"
# A pass starts each minute; the stream waits up to five seconds to fill a batch, twice.
PATIENCE = 150.0


class Alerts:
    """Writes alerts into the deployed table, and listens to the topic for one user."""

    def __init__(self, pulumi: PulumiCommand) -> None:
        data, messaging = pulumi.outputs("data"), pulumi.outputs("messaging")
        self.user = f"integration-{uuid.uuid4().hex}"
        self._table = data["crypto_alerts_table_name"]
        self._dynamodb, self._sqs, self._sns = (pulumi.target.client(name) for name in ("dynamodb", "sqs", "sns"))
        self._written: list[str] = []
        self._url = self._sqs.create_queue(QueueName=self.user)["QueueUrl"]
        self._subscription = self._listen(messaging["price_alerts_topic_arn"])

    def write(self, name: str, **attributes: dict[str, str]) -> None:
        self._dynamodb.put_item(TableName=self._table, Item={**self._key(name), **attributes})
        self._written.append(name)

    def has(self, name: str, attribute: str) -> dict[str, Any]:
        """The alert, once it has an attribute."""
        end = time.monotonic() + PATIENCE
        while True:
            item = self._dynamodb.get_item(TableName=self._table, Key=self._key(name), ConsistentRead=True)["Item"]
            if attribute in item:
                return item
            assert time.monotonic() < end, f"the alert has no {attribute}, but {sorted(item)}"
            time.sleep(1)

    def told(self) -> list[dict[str, Any]]:
        """What the topic has told of the user's alerts, once it has told anything, and a while longer."""
        found: list[dict[str, Any]] = []
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            messages = self._sqs.receive_message(QueueUrl=self._url, WaitTimeSeconds=2).get("Messages", [])
            if messages and not found:
                end = time.monotonic() + 3
            for message in messages:
                found.append(json.loads(message["Body"]))
                self._sqs.delete_message(QueueUrl=self._url, ReceiptHandle=message["ReceiptHandle"])
        return found

    def remove(self) -> None:
        """Takes away all that was written and made."""
        self._sns.unsubscribe(SubscriptionArn=self._subscription)
        self._sqs.delete_queue(QueueUrl=self._url)
        for name in self._written:
            self._dynamodb.delete_item(TableName=self._table, Key=self._key(name))

    def _listen(self, topic: str) -> str:
        asked = self._sqs.get_queue_attributes(QueueUrl=self._url, AttributeNames=["QueueArn"])
        arn = asked["Attributes"]["QueueArn"]
        statement = {
            "Effect": "Allow",
            "Principal": {"Service": "sns.amazonaws.com"},
            "Action": "sqs:SendMessage",
            "Resource": arn,
            "Condition": {"ArnEquals": {"aws:SourceArn": topic}},
        }
        policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        self._sqs.set_queue_attributes(QueueUrl=self._url, Attributes={"Policy": policy})
        own = {"RawMessageDelivery": "true", "FilterPolicy": json.dumps({"userId": [self.user]})}
        return self._sns.subscribe(
            TopicArn=topic, Protocol="sqs", Endpoint=arn, Attributes=own, ReturnSubscriptionArn=True
        )["SubscriptionArn"]

    def _key(self, name: str) -> dict[str, Any]:
        return {"userId": {"S": self.user}, "alertId": {"S": name}}


@pytest.fixture
def alerts() -> Iterator[Alerts]:
    made = Alerts(PulumiCommand(target_of(ENVIRONMENT)))
    yield made
    made.remove()


@pytest.mark.requirement("RP-1", "CA-1", "CA-2", "CA-3", "CA-4", "ALL-14", "ALL-15")
def test_an_alert_in_the_plain_shape_is_told_once_and_a_malformed_one_says_why_not(alerts: Alerts) -> None:
    terms = {"coinSymbol": {"S": COIN}, "condition": {"S": "above"}}
    alerts.write("met", **terms, threshold={"N": NEXT_TO_NOTHING})
    alerts.write("wrong", **terms, threshold={"N": "-1"})
    assert alerts.has("wrong", "refused")["refused"]["S"].startswith("threshold is '-1'")
    (told,) = alerts.told()
    assert draft4.valid(SCHEMA, told)
    assert (told["user_id"], told["alert_id"], told["threshold"]) == (alerts.user, "met", NEXT_TO_NOTHING)
    assert Decimal(told["price"]) > Decimal(NEXT_TO_NOTHING)
    assert alerts.has("met", "notified_at")["revision"]["S"] == told["message_id"]
