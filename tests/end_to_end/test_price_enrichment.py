"""From an exchange's webhook to metrics, updates and error reports, through every part as it is deployed, with IAM."""

import base64
import json
import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from local.paths import CHECKOUT
from tests.end_to_end.environment import Done, Environment
from tests.end_to_end.price_alerts import Subscriber
from tests.end_to_end.price_enrichment import (
    ENRICHER,
    TABLE,
    PriceEnrichment,
    eventually,
    metrics,
    new_symbol,
    points,
    prices,
)
from tests.unit.services.price_enrichment import reference
from tests.unit.services.transactions.draft4 import valid

SCHEMA = json.loads((CHECKOUT / "services/price_enrichment/schemas/price-update.v1.schema.json").read_text())


@pytest.fixture(scope="module")
def enrichment(environment: Environment, first_deployment: Done) -> Iterator[PriceEnrichment]:
    assert first_deployment.status == 0
    system = PriceEnrichment(environment)
    with system.few_at_once():
        yield system
    system.updates.close()


@pytest.mark.requirement("PE-1", "PE-2", "PE-3", "PE-5", "PE-8", "PE-9", "ALL-14")
def test_prices_in_any_order_and_number_of_copies_have_the_metrics_of_the_ordered_series(
    enrichment: PriceEnrichment,
) -> None:
    symbol = new_symbol()
    wanted = prices(symbol, 40)
    chance = random.Random(7)  # noqa: S311  # the same order in each run
    webhooks = [*wanted, *chance.sample(wanted, 10)]
    chance.shuffle(webhooks)
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(enrichment.post, webhooks))
    assert {answer.status for answer in answers} == {202}

    def enriched() -> bool:
        items = enrichment.items(symbol)
        return [item.get("window_size") for item in items] == list(range(1, 41))

    assert eventually(enriched, seconds=90)
    items = enrichment.items(symbol)
    for position, item in enumerate(items):
        expected = reference.metrics(points(items[: position + 1]))
        found = {name: float(value) for name, value in metrics(item).items()}
        assert found == pytest.approx(expected, rel=1e-8)
    assert {(item["exchange"], str(item["price"])) for item in items} == {
        (webhook["exchange"], str(float(webhook["price"])).removesuffix(".0")) for webhook in wanted
    }
    updates = [eventually(lambda answer=answer: enrichment.told(answer.correlation_id))[0] for answer in answers]
    assert all(valid(SCHEMA, update) for update in updates)
    assert sorted(update["status"] for update in updates) == ["duplicate"] * 10 + ["stored"] * 40
    lines = [json.loads(line) for line in enrichment.environment.log(ENRICHER) if '"prices enriched"' in line]
    assert sum(line["prices"] for line in lines if line["symbol"] == symbol) == 40


@pytest.mark.requirement("PE-1", "PE-7", "ALL-13")
def test_who_is_not_authentic_is_refused_and_operators_hear_of_it(enrichment: PriceEnrichment) -> None:
    # With SNS's envelope, for the report itself is no JSON.
    operators = Subscriber(enrichment.environment, enrichment.errors, RawMessageDelivery="false")
    (webhook,) = prices(new_symbol(), 1)
    answer = enrichment.post(webhook, secret="foreign")
    assert answer.status == 202
    (update,) = eventually(lambda: enrichment.told(answer.correlation_id))
    assert update["status"] == "refused"
    assert enrichment.items(webhook["symbol"]) == []

    def heard() -> bool:
        operators.take()
        reports = [notification.body["Message"] for notification in operators.received]
        return any("webhook refused" in report and answer.correlation_id in report for report in reports)

    assert eventually(heard)
    operators.close()


@pytest.mark.requirement("PE-1", "ALL-7")
@pytest.mark.parametrize(
    ("change", "sent", "status"),
    [
        ({}, {"headers": {"X-Webhook-Signature": None}}, 400),
        ({}, {"headers": {"X-Webhook-Timestamp": None}}, 400),
        ({"price": "NaN"}, {}, 400),
        ({}, {"content_type": "text/plain"}, 415),
    ],
)
def test_what_api_gateway_refuses_reaches_no_function(
    enrichment: PriceEnrichment, change: dict[str, Any], sent: dict[str, Any], status: int
) -> None:
    (webhook,) = prices(new_symbol(), 1)
    assert enrichment.post(webhook | change, **sent).status == status


@pytest.mark.requirement("PE-4", "PE-5", "ALL-14")
def test_what_an_exchange_signed_and_can_not_be_stored_is_kept_with_all_its_bytes(enrichment: PriceEnrichment) -> None:
    webhook = prices(new_symbol(), 1)[0] | {"symbol": "BITCOIN"}
    answer = enrichment.post(webhook)
    assert answer.status == 202
    (record,) = eventually(lambda: enrichment.failed(answer.correlation_id), seconds=90)
    assert record["requestContext"]["approximateInvokeCount"] == 3
    assert json.loads(base64.b64decode(record["requestPayload"]["body"])) == webhook


@pytest.mark.requirement("PE-9", "ALL-14")
def test_metrics_that_were_lost_are_made_again_on_demand(enrichment: PriceEnrichment) -> None:
    symbol = new_symbol()
    webhook, *_ = wanted = prices(symbol, 2)
    for one in wanted:
        enrichment.post(one)
    assert eventually(lambda: [item.get("window_size") for item in enrichment.items(symbol)] == [1, 2])
    key = {"symbol": {"S": symbol}, "timestamp": {"N": f"{enrichment.items(symbol)[0]['timestamp']:f}"}}
    lost = "REMOVE #metrics, window_size, window_start"
    table = enrichment.environment.named(TABLE)
    enrichment.dynamodb.update_item(
        TableName=table, Key=key, UpdateExpression=lost, ExpressionAttributeNames={"#metrics": "metrics"}
    )
    asked = {"symbol": symbol, "from": webhook["timestamp"], "to": "2100-01-01T00:00:00Z"}
    answer = enrichment.environment.client("lambda").invoke(
        FunctionName=enrichment.environment.named(ENRICHER), Payload=json.dumps(asked)
    )
    assert json.loads(answer["Payload"].read()) == {"written": 1, "continue_from": None}
    assert [item["window_size"] for item in enrichment.items(symbol)] == [1, 2]
