"""Exchanges' prices, until each has its metrics, and what the functions' logs tell operators."""

import base64
import gzip
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import timedelta
from random import Random
from typing import Any
from uuid import uuid4

from services.common.signature import SIGNATURE_HEADER, TIMESTAMP_HEADER, sign
from services.price_enrichment.system import crypto_prices, price_enrichment_errors, price_updates_success, system
from tests.faults.laboratory.laboratory import Laboratory
from tests.faults.scenarios.scenario import Message, Outcome

SECRETS = {"kraken": "kraken-secret", "coinbase": "coinbase-secret"}
PRICES = {
    "second": {"exchange": "kraken", "symbol": "BTC/USD", "price": "60000.10", "timestamp": "2026-11-21T09:59:02Z"},
    "beside": {"exchange": "coinbase", "symbol": "BTC-USD", "price": "60001", "timestamp": "2026-11-21T09:59:02Z"},
    # Late, so that those after it change.
    "first": {"exchange": "kraken", "symbol": "BTC/USD", "price": "59990.5", "timestamp": "2026-11-21T09:59:01Z"},
    "other": {"exchange": "kraken", "symbol": "ETH/USD", "price": "3000.3", "timestamp": "2026-11-21T09:59:02Z"},
}
LOGGED = "logged"


def numbered(name: str) -> dict[str, str]:
    """The price of a name that ends in a number; ten make a series, and two of them share an instant."""
    number = int(name.rpartition("-")[2])
    series, place = divmod(number, 10)
    return {
        "exchange": ("kraken", "coinbase")[place % 2],
        "symbol": f"C{series}-USD",
        "price": f"{100 + number * 7919 % 1009}.{place}",
        "timestamp": f"2026-11-21T09:59:{place // 2:02}Z",
    }


class PriceEnrichment:
    """Four prices, one of them late, and an error in a log."""

    system = system
    secrets: Mapping[str, str] = {
        "webhook-credentials": json.dumps({name: {"webhook_secrets": [secret]} for name, secret in SECRETS.items()}),
        "exchange-endpoints": json.dumps({name: f"https://api.{name}.example" for name in SECRETS}),
    }
    inputs: Sequence[str] = (*PRICES, LOGGED)
    # No schedule heals anything: Lambda and the stream try again until it is done.
    heals_within = timedelta(minutes=5)

    def many(self, count: int) -> Sequence[str]:
        return [f"price-{number}" for number in range(count)]

    def disordered(self, names: list[str], random: Random) -> list[str]:
        """Late prices are what the system is for."""
        return random.sample(names, len(names))

    def prepare(self, laboratory: Laboratory) -> None:
        """Nothing: no user sets anything up."""

    def offer(self, laboratory: Laboratory, name: str) -> bool:
        """Lambda's own queue has the input as soon as it is accepted."""
        if name == LOGGED:
            laboratory.invocations["price-error-notifier"].accept(self.logged("ERROR of the test"))
        else:
            self.post(laboratory, PRICES.get(name) or numbered(name))
        return True

    def post(self, laboratory: Laboratory, webhook: Mapping[str, Any]) -> None:
        laboratory.invocations["webhook-processor"].accept(self.event(laboratory, webhook))

    def event(
        self, laboratory: Laboratory, webhook: Mapping[str, Any] | bytes, secret: str | None = None, **headers: str
    ) -> dict[str, Any]:
        """A webhook that its exchange signs now, as API Gateway's mapping template hands it over."""
        now = laboratory.clock.now()
        stamp = str(int(now.timestamp()))
        raw = webhook if isinstance(webhook, bytes) else json.dumps(webhook).encode()
        exchange = "kraken" if isinstance(webhook, bytes) else str(webhook.get("exchange", "kraken")).lower()
        key = secret or SECRETS.get(exchange, "unknown")
        given = {TIMESTAMP_HEADER: stamp, SIGNATURE_HEADER: sign(key.encode(), stamp, raw), "X-Correlation-Id": ""}
        return {
            "body": base64.b64encode(raw).decode(),
            "isBase64Encoded": True,
            "headers": given | headers,
            "requestContext": {"requestId": str(uuid4()), "requestTimeEpoch": int(now.timestamp() * 1000)},
        }

    def logged(self, *messages: str) -> dict[str, Any]:
        """Lines of the processor's log, as CloudWatch's subscription hands them over."""
        data = {
            "messageType": "DATA_MESSAGE",
            "logGroup": "/aws/lambda/webhook-processor-faults",
            "logStream": "2026/11/21/[$LATEST]0",
            "logEvents": [
                {"id": f"{number}", "timestamp": 1795255200250, "message": message}
                for number, message in enumerate(messages)
            ],
        }
        return {"awslogs": {"data": base64.b64encode(gzip.compress(json.dumps(data).encode(), mtime=0)).decode()}}

    def outcome(self, laboratory: Laboratory) -> Outcome:
        state = {
            f"{item['symbol']['S']} {item['timestamp']['N']}": self._lasting(item)
            for item in laboratory.account.items(crypto_prices)
        }
        updates = self.updates(laboratory, "stored")
        messages = {update["message_id"]: update for update in updates}
        reports = {
            message["MessageAttributes"]["message_id"]["StringValue"]: message["Body"]
            for message in laboratory.messages(price_enrichment_errors)
        }
        # Reports count no copies: they tell people, who are told twice where CloudWatch tells the function twice.
        return Outcome(state, messages | reports, Counter(update["message_id"] for update in updates))

    def updates(self, laboratory: Laboratory, *statuses: str) -> list[dict[str, str]]:
        """What a subscriber with the filter that the system's page has gets: of webhooks that came to these statuses.

        Lambda tells of each invocation, hence of a second webhook with the same price that it is a duplicate.
        """
        records = [json.loads(message["Body"]) for message in laboratory.messages(price_updates_success)]
        told = [record["responsePayload"] for record in records]
        return [
            {name: value for name, value in update.items() if name != "correlation_id"}
            for update in told
            if update["status"] in statuses
        ]

    def redrive(self, laboratory: Laboratory, letters: Mapping[str, Sequence[Message]]) -> None:
        """What failed asynchronously is accepted once more; prices that the stream gave up are enriched anew."""
        for name, messages in letters.items():
            if name == "price-enricher-stream-dlq":
                self.enrich_again(laboratory)
                continue
            for message in messages:
                laboratory.invocations[name.removesuffix("-failures")].put_back(message)
        laboratory.let_pass(minutes=5)

    def enrich_again(self, laboratory: Laboratory) -> None:
        """As the runbook has it, for the time that the letters tell."""
        for symbol in sorted({item["symbol"]["S"] for item in laboratory.account.items(crypto_prices)}):
            time = {"from": "2026-11-21T09:00:00Z", "to": "2026-11-21T11:00:00Z"}
            laboratory.call("price-enricher", {"symbol": symbol, **time})

    @staticmethod
    def _lasting(item: Mapping[str, Any]) -> dict[str, object]:
        passing = ("received_at", "request_id", "correlation_id")
        return {name: value for name, value in item.items() if name not in passing}
