"""The coin-alerts system of a deployed environment: writers of alerts, the exchange, and a subscriber."""

import json
import time
import urllib.request
import uuid
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from botocore.exceptions import ClientError

from local.exchange import CONTROL
from tests.end_to_end.environment import Environment
from tests.end_to_end.price_alerts import Received, Subscriber

ALERTS, WATCH, CHECKER, PROCESSOR = "crypto-alerts", "price-watch", "price-checker", "alert-processor"


class CoinAlerts:
    """Its table as whoever writes alerts sees it, and its two ends."""

    def __init__(self, environment: Environment) -> None:
        self.environment = environment
        self.outputs = environment.outputs()
        self.topic = str(self.outputs["messaging"]["price_alerts_topic_arn"])
        self.table = environment.named(ALERTS)
        self.dynamodb = environment.client("dynamodb")
        self.subscriber = Subscriber(environment, self.topic)

    def write(self, user: str, alerts: Mapping[str, Mapping[str, Any]]) -> None:
        """Puts a user's alerts, attributes by alert id, as an app does that knows nothing of this system."""
        items = [{"userId": {"S": user}, "alertId": {"S": name}, **alert} for name, alert in alerts.items()]
        requests = [{"PutRequest": {"Item": item}} for item in items]
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(self._put, [requests[start : start + 25] for start in range(0, len(requests), 25)]))

    def change(self, user: str, name: str, attribute: str, value: Mapping[str, str]) -> None:
        self.dynamodb.update_item(
            TableName=self.table,
            Key={"userId": {"S": user}, "alertId": {"S": name}},
            UpdateExpression="SET #attribute = :value",
            ExpressionAttributeNames={"#attribute": attribute},
            ExpressionAttributeValues={":value": value},
        )

    def all_have(self, user: str, attribute: str, *names: str, seconds: float = 60) -> dict[str, dict[str, Any]]:
        """A user's alerts by id, once those of these names, or all, have an attribute."""
        end = time.monotonic() + seconds
        while missing := [name for name, item in self._of(user, names).items() if attribute not in item]:
            assert time.monotonic() < end, f"{len(missing)} alerts have no {attribute}, among them {missing[:3]}"
            time.sleep(0.2)
        return self._of(user)

    def exchange(self, **told: Any) -> dict[str, Any]:
        """Tells the exchange how to answer; how it answers now, and how often it was asked."""
        url = f"{self.environment.endpoint.url}{CONTROL}"
        request = urllib.request.Request(url, json.dumps(told).encode(), method="PUT")  # noqa: S310 - loopback
        with urllib.request.urlopen(request, timeout=5) as answer:  # noqa: S310 - loopback
            return json.load(answer)

    def check(self) -> dict[str, Any]:
        """What price-checker answers when it is called as its schedule does; the schedule's own passes go before."""
        function = self.environment.client("lambda")
        while True:
            try:
                answer = function.invoke(FunctionName=self.environment.named(CHECKER), Payload="{}")
            except ClientError as error:
                if error.response["Error"]["Code"] != "TooManyRequestsException":
                    raise
                time.sleep(0.2)
                continue
            said = json.loads(answer["Payload"].read())
            assert "FunctionError" not in answer, said
            return said

    def told(self, user: str, count: int, seconds: float = 60) -> list[Received]:
        """All that the subscriber got for a user, once there is that many of different alerts."""
        end = time.monotonic() + seconds
        while (found := len({alert.body["alert_id"] for alert in self.of(user)})) < count:
            assert time.monotonic() < end, f"{found} of {count} alerts of {user} came"
            if not self.subscriber.take():
                time.sleep(0.05)
        return self.of(user)

    def of(self, user: str) -> list[Received]:
        return [alert for alert in self.subscriber.received if alert.body["user_id"] == user]

    def close_circuit(self) -> None:
        """Forgets how the exchange has failed."""
        key = {"exchange": {"S": "default"}, "entry": {"S": "circuit"}}
        self.dynamodb.delete_item(TableName=self.environment.named(WATCH), Key=key)

    def _of(self, user: str, names: Iterable[str] = ()) -> dict[str, dict[str, Any]]:
        pages = self.dynamodb.get_paginator("query").paginate(
            TableName=self.table,
            KeyConditionExpression="userId = :user",
            ExpressionAttributeValues={":user": {"S": user}},
            ConsistentRead=True,
        )
        items = {item["alertId"]["S"]: item for page in pages for item in page["Items"]}
        return {name: items[name] for name in names or items}

    def _put(self, batch: list[dict[str, Any]]) -> None:
        self.dynamodb.batch_write_item(RequestItems={self.table: batch})


def new_user() -> str:
    return f"user-{uuid.uuid4().hex[:12]}"


def new_coin() -> str:
    """A coin that no other test has."""
    return f"C{uuid.uuid4().hex[:12].upper()}"


def alert(coin: str, condition: str, threshold: str, kind: str = "N") -> dict[str, Any]:
    """An alert in the plain shape."""
    return {"coinSymbol": {"S": coin}, "condition": {"S": condition}, "threshold": {kind: threshold}}
