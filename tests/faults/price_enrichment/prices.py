"""Prices as they come in, and what is stored of them."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from services.price_enrichment.system import crypto_prices
from tests.faults.laboratory.account import NAMING
from tests.faults.laboratory.laboratory import Laboratory
from tests.faults.scenarios.price_enrichment import PRICES, PriceEnrichment

WEBHOOK = PRICES["second"]


class Prices:
    """The system at work, and what is stored of it."""

    def __init__(self, lab: Laboratory) -> None:
        self.lab, self.scenario = lab, PriceEnrichment()

    def event(self, webhook: Mapping[str, Any] | bytes = WEBHOOK, **headers: str) -> dict[str, Any]:
        return self.scenario.event(self.lab, webhook, **headers)

    def process(self, event: Mapping[str, Any]) -> str:
        """What became of a webhook: a status, or the error that has Lambda try again."""
        result = self.lab.call("webhook-processor", event)
        return result.answer["status"] if result.error is None else type(result.error).__name__

    def post(self, *webhooks: Mapping[str, Any] | bytes) -> None:
        """Webhooks as they come in, until nothing is left to do."""
        for webhook in webhooks:
            self.lab.invocations["webhook-processor"].accept(self.event(webhook))
        self.lab.settle()

    def enrich(self, *records: Mapping[str, Any]) -> list[str]:
        """The sequence numbers that a batch of records reports as failed."""
        result = self.lab.call("price-enricher", {"Records": list(records)})
        assert result.error is None
        return [failure["itemIdentifier"] for failure in result.answer["batchItemFailures"]]

    def put(self, symbol: str, second: int, **attributes: Any) -> None:
        """An item that somebody else has written."""
        item = {"symbol": {"S": symbol}, "timestamp": {"N": str(second)}} | attributes
        self.lab.account.dynamodb.put_item(TableName=NAMING.name(crypto_prices), Item=item)

    def stored(self) -> list[tuple[str, Decimal]]:
        return [(item["symbol"]["S"], Decimal(item["price"]["N"])) for item in self.items()]

    def items(self) -> list[dict[str, Any]]:
        items = self.lab.account.items(crypto_prices)
        return sorted(items, key=lambda item: (item["symbol"]["S"], Decimal(item["timestamp"]["N"])))

    def metrics(self) -> list[dict[str, str]]:
        """Of each price, in their order; empty where it has none."""
        return [
            {name: value["N"] for name, value in item.get("metrics", {"M": {}})["M"].items()} for item in self.items()
        ]


def at(second: int, **other: Any) -> dict[str, Any]:
    """A price of a second, unlike that of any other."""
    change = {"price": f"6000{second}.5", "timestamp": f"2026-11-21T09:59:{second:02}Z"}
    return {"exchange": "kraken", "symbol": "BTC-USD"} | change | other
