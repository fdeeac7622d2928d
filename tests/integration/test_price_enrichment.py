"""The price-enrichment system as exchanges and readers meet it, wherever it is deployed."""

import json
import random
import time
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from operations.pulumi_command import PulumiCommand
from operations.signing_secrets import signing_secrets
from operations.target import target_of
from operations.webhooks import Answer, Sample, sender_of
from services.common.timestamp import utc_text
from services.price_enrichment.domain.series import PricePoint
from shared.systems import load_systems
from tests.integration.conftest import ENVIRONMENT
from tests.unit.services.fake_tables import plain_item
from tests.unit.services.price_enrichment import reference

PATIENCE = 120.0
ACCEPTED = 202


class Exchange:
    """Posts prices of a symbol of its own, and reads what became of them."""

    def __init__(self, pulumi: PulumiCommand) -> None:
        (system,) = load_systems(["price-enrichment"])
        self._sender = sender_of(pulumi, system)
        self._name = next(iter(filter(None, signing_secrets(pulumi, system).by_signer)))
        self._dynamodb = pulumi.target.client("dynamodb")
        self._table = pulumi.outputs("data")["crypto_prices_table_name"]
        self.symbol = f"{uuid.uuid4().hex[:12].upper()}Q-USD"

    def post(self, *, signed: bool = True, **price: Any) -> Answer:
        body = json.dumps({"exchange": self._name, "symbol": self.symbol, **price}).encode()
        return self._sender.post(Sample(body=msgspec.Raw(body), signer=self._name, signed=signed))

    def items(self) -> list[dict[str, Any]]:
        found = self._dynamodb.query(
            TableName=self._table,
            KeyConditionExpression="symbol = :symbol",
            ExpressionAttributeValues={":symbol": {"S": self.symbol}},
            ConsistentRead=True,
        )
        return [plain_item(item) for item in found["Items"]]

    def enriched(self, count: int) -> list[dict[str, Any]]:
        """The prices in their order, once there are so many and each has the metrics of all before it."""
        end = time.monotonic() + PATIENCE
        while True:
            items = self.items()
            if [item.get("window_size") for item in items] == list(range(1, count + 1)):
                return items
            assert time.monotonic() < end, f"of {count} prices the table has {len(items)}, and not all are enriched"
            time.sleep(0.5)

    def forget(self) -> None:
        for item in self.items():
            key = {"symbol": {"S": self.symbol}, "timestamp": {"N": f"{item['timestamp']:f}"}}
            self._dynamodb.delete_item(TableName=self._table, Key=key)


@pytest.fixture
def exchange() -> Iterator[Exchange]:
    found = Exchange(PulumiCommand(target_of(ENVIRONMENT)))
    yield found
    found.forget()


@pytest.mark.requirement("PE-1", "PE-2", "PE-3", "PE-9", "ALL-14", "ALL-15")
def test_prices_that_come_late_and_twice_have_the_metrics_of_the_ordered_series(exchange: Exchange) -> None:
    begun = datetime.now(UTC) - timedelta(minutes=5)
    prices = [
        {
            "price": f"{1_000 + number * 37 % 101}.{number % 10}",
            "timestamp": utc_text(begun + timedelta(seconds=number)),
        }
        for number in range(24)
    ]
    chance = random.Random(7)  # noqa: S311  # the same order in each run
    webhooks = [*prices, *chance.sample(prices, 4)]
    chance.shuffle(webhooks)
    assert {exchange.post(**webhook).status for webhook in webhooks} == {ACCEPTED}
    items = exchange.enriched(len(prices))
    points = [PricePoint(item["timestamp"], item["price"]) for item in items]
    for position, item in enumerate(items):
        found = {name: float(value["N"]) for name, value in item["metrics"].items()}
        assert found == pytest.approx(reference.metrics(points[: position + 1]), rel=1e-8)


@pytest.mark.requirement("PE-1", "ALL-13")
def test_a_webhook_that_is_not_authentic_is_never_stored(exchange: Exchange) -> None:
    assert exchange.post(signed=False, price="1").status == ACCEPTED
    exchange.post(price="2")
    assert [str(item["price"]) for item in exchange.enriched(1)] == ["2"]


@pytest.mark.requirement("ALL-7", "ALL-15")
@pytest.mark.parametrize("price", ["NaN", "-1", 0, None])
def test_what_is_no_price_is_refused_at_once(exchange: Exchange, price: object) -> None:
    assert exchange.post(price=price).status == 400
