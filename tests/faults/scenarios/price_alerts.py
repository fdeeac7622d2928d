"""Exchanges' prices against users' rules, until each crossing is an alert on the topic."""

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from random import Random
from typing import Any

from services.common.signature import SIGNATURE_HEADER, TIMESTAMP_HEADER, sign
from services.common.timestamp import Clock, utc_text
from services.price_alerts.domain.rule import Direction, armed_for
from services.price_alerts.rules import Rules
from services.price_alerts.system import alert_rules, price_alert_notifications, price_history, system
from tests.faults.laboratory.account import NAMING
from tests.faults.laboratory.laboratory import Laboratory
from tests.faults.laboratory.process import Result
from tests.faults.laboratory.virtual_clock import START
from tests.faults.scenarios.proxy_event import proxy_event
from tests.faults.scenarios.scenario import Message, Outcome

SECRETS = {name: f"{name}-secret" for name in ("coinbase", "kraken", "binance", "bitstamp", "gemini")}
USER = "ada"
BELATED_RULE = "belated-rule"
OBSERVED = "2026-11-21T09:59:58.500Z"

# What was left behind by a worker that died after it had fired the rule: an alert that only the sweep publishes.
LEFT_BEHIND: Mapping[str, Any] = {
    "userId": {"S": USER},
    "alertId": {"S": "left-behind"},
    "symbol": {"S": "SOL-USD"},
    "direction": {"S": Direction.BELOW},
    "threshold": {"N": "100"},
    "armed_at": {"S": utc_text(START - timedelta(days=1))},
    "fired_at": {"S": utc_text(START - timedelta(minutes=1))},
    "price": {"N": "99.5"},
    "exchange": {"S": "kraken"},
    "observed_at": {"S": utc_text(START - timedelta(minutes=1))},
    "message_id": {"S": "crossing-left-behind"},
    "correlation_id": {"S": "correlation"},
    "fired_by": {"S": "dead-worker/message"},
    "unnotified": {"S": "7"},
}
# An item that somebody else put among the rules.
MALFORMED: Mapping[str, Any] = {
    "userId": {"S": USER},
    "alertId": {"S": "malformed"},
    "armed_for": {"S": armed_for("BTC-USD", Direction.ABOVE)},
    "threshold": {"N": "1"},
}


class PriceAlerts:
    """Two webhooks with three prices, and rules: two that a price fires, one for the batch pass, one for the sweep."""

    system = system
    secrets: Mapping[str, str] = {
        "exchange-credentials": json.dumps({name: {"webhook_secrets": [secret]} for name, secret in SECRETS.items()})
    }
    inputs: Sequence[str] = ("coinbase", "kraken", BELATED_RULE)
    # A price that failed comes again after five minutes; the pass runs every five, and sweeps what is older than two.
    heals_within = timedelta(minutes=11)

    def many(self, count: int) -> Sequence[str]:
        return [f"tick_{number}" for number in range(count)]

    def disordered(self, names: list[str], random: Random) -> list[str]:
        """Exchanges know nothing of each other, and a symbol's prices bear their time."""
        return random.sample(names, len(names))

    def prepare(self, laboratory: Laboratory) -> None:
        self.add_rule(laboratory, "risen", "BTC-USD", "above", "70000")
        self.add_rule(laboratory, "fallen", "ETH-USD", "below", "2000.10")
        self.add_rule(laboratory, "never-reached", "BTC-USD", "below", "1")
        for item in (LEFT_BEHIND, MALFORMED):
            self.put_rule(laboratory, item)

    def offer(self, laboratory: Laboratory, name: str) -> bool:
        if name == BELATED_RULE:
            self.add_once(laboratory, name, "BTC-USD", "above", "70000.05")
            return True
        exchange, webhook = name, WEBHOOKS.get(name)
        if webhook is None:
            number = int(name.removeprefix("tick_"))
            symbol, direction = f"S{number}-USD", ("above", "below")[number % 2]
            self.add_once(laboratory, name, symbol, direction, f"{number}.5")
            exchange, webhook = "coinbase", WEBHOOKS["coinbase"] | {"product_id": symbol, "price": f"{number}.50"}
        answer = self.post(laboratory, exchange, json.dumps(webhook).encode()).answer
        return answer is not None and answer["statusCode"] == 202

    def post(
        self, laboratory: Laboratory, exchange: str, body: bytes, stamp: str | None = None, **more: str | None
    ) -> Result:
        """Posts a webhook signed by the exchange, to its own route where it has one."""
        now = laboratory.clock.now()
        stamp = stamp or str(int(now.timestamp()))
        signed = {TIMESTAMP_HEADER: stamp, SIGNATURE_HEADER: sign(SECRETS[exchange].encode(), stamp, body)}
        headers = {name: value for name, value in (signed | more).items() if value is not None}
        path = "/webhook" if exchange == "gemini" else f"/webhook/{exchange}"
        return laboratory.call("webhook-ingestion", proxy_event("POST", path, body, headers, now))

    def add_rule(self, laboratory: Laboratory, alert_id: str, symbol: str, direction: str, threshold: str) -> None:
        """As the app's backend does; armed at the start of time, so that its crossing has the same id in every run."""
        rules = self.rules(laboratory, clock=lambda: START, new_id=lambda: alert_id)
        rules.add(USER, symbol, direction, Decimal(threshold))

    def add_once(self, laboratory: Laboratory, alert_id: str, symbol: str, direction: str, threshold: str) -> None:
        """Added again, it would be another rule."""
        if not self.rule(laboratory, alert_id):
            self.add_rule(laboratory, alert_id, symbol, direction, threshold)

    def rules(self, laboratory: Laboratory, clock: Clock, new_id: Callable[[], str] = lambda: "unused") -> Rules:
        """The app's backend."""
        return Rules(laboratory.account.dynamodb, NAMING.name(alert_rules), clock, new_id)

    def rule(self, laboratory: Laboratory, alert_id: str) -> dict[str, Any]:
        """The item as it stands; empty where there is none."""
        key = {"userId": {"S": USER}, "alertId": {"S": alert_id}}
        return laboratory.account.dynamodb.get_item(TableName=NAMING.name(alert_rules), Key=key).get("Item", {})

    def put_rule(self, laboratory: Laboratory, item: Mapping[str, Any]) -> None:
        laboratory.account.dynamodb.put_item(TableName=NAMING.name(alert_rules), Item=dict(item))

    def outcome(self, laboratory: Laboratory) -> Outcome:
        state: dict[str, object] = {
            item["alertId"]["S"]: _lasting(item) for item in laboratory.account.items(alert_rules)
        }
        prices: defaultdict[str, list[str]] = defaultdict(list)
        for item in laboratory.account.items(price_history):
            kind = "history" if "#" in item["entry"]["S"] else item["entry"]["S"]
            told = item.get("price", {}).get("N", "active")
            prices[f"{item['symbol']['S']} {kind}"].append(f"{item.get('exchange', {}).get('S')} {told}")
        state |= {name: sorted(entries) for name, entries in prices.items()}
        sent = laboratory.messages(price_alert_notifications)
        ids = [message["MessageAttributes"]["message_id"]["StringValue"] for message in sent]
        messages = {message_id: _content(message) for message_id, message in zip(ids, sent, strict=True)}
        return Outcome(state, messages, Counter(ids))

    def redrive(self, laboratory: Laboratory, letters: Mapping[str, Sequence[Message]]) -> None:
        """Prices go back to their queue, as by `StartMessageMoveTask`; a failed pass has its successor."""
        assert set(letters) <= {"price-updates-dlq", "rule-evaluation-failures"}
        for letter in letters.get("price-updates-dlq", ()):
            laboratory.account.sqs.send_message(
                QueueUrl=laboratory.account.url(NAMING.name(system.queues[0])),
                MessageBody=letter["Body"],
                MessageAttributes=letter.get("MessageAttributes", {}),
            )
        laboratory.let_pass(minutes=15)


WEBHOOKS: Mapping[str, Mapping[str, Any]] = {
    "coinbase": {"type": "ticker", "product_id": "BTC-USD", "price": "70000.10", "time": OBSERVED},
    "kraken": {
        "channel": "ticker",
        "data": [
            {"symbol": "ETH/USD", "last": 1999.9, "timestamp": OBSERVED},
            {"symbol": "BTC/USD", "last": 69999.9, "timestamp": "2026-11-21T09:59:57.500Z"},
        ],
    },
}


def _lasting(item: Mapping[str, Any]) -> dict[str, object]:
    lasting = {name: item.get(name) for name in ("armed_for", "threshold", "price", "exchange", "message_id")}
    marks = {name: name in item for name in ("unnotified", "notified_at", "claimed_by", "disarmed_because")}
    return lasting | marks


def _content(message: Message) -> dict[str, Any]:
    content = json.loads(message["Body"])
    return {name: value for name, value in content.items() if name not in ("fired_at", "correlation_id")}
