import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.common.exchange_credentials import parse_credentials
from services.common.invalid_input import InvalidInputError
from services.common.json_body import json_text, parse_object
from services.price_enrichment.domain.price import REQUIRED, parse_price
from services.price_enrichment.exchange_endpoints import parse_endpoints
from tests.unit.services.fakes import START
from tests.unit.services.price_enrichment.endpoint import SECRETS, WEBHOOK, Endpoint
from tests.unit.services.transactions.draft4 import valid

ROOT = Path(__file__).parents[4]
SCHEMAS, EXAMPLES = ROOT / "services" / "price_enrichment" / "schemas", ROOT / "examples" / "price-enrichment"
LINES = (EXAMPLES / "webhooks.jsonl").read_text(encoding="utf-8").splitlines()
WEBHOOKS: list[dict[str, Any]] = [json.loads(line, parse_float=Decimal) for line in LINES]


def schema(name: str) -> dict[str, Any]:
    return json.loads((SCHEMAS / f"{name}.schema.json").read_text())


def handled(body: dict[str, Any]) -> bool:
    try:
        parse_price(parse_object(json_text(body).encode()), START)
    except InvalidInputError:
        return False
    return True


@pytest.mark.requirement("PE-1")
def test_the_model_requires_what_the_function_requires():
    assert set(schema("webhook")["required"]) == set(REQUIRED)


VALUES = st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=4) | st.just([]) | st.just("x" * 33)
PLAUSIBLE = st.sampled_from(["0.10", "1e3", 0.5, "xbtusd", "2026-11-21T09:59:00Z", "2026-11-21", "Kraken"])


@pytest.mark.requirement("ALL-7", "ALL-15")
@settings(deadline=None)
@given(st.dictionaries(st.sampled_from(list(WEBHOOK)), VALUES | PLAUSIBLE))
def test_what_the_api_refuses_the_function_refuses_too(change: dict[str, Any]):
    body = {name: value for name, value in (WEBHOOK | change).items() if value is not None}
    if handled(body):
        assert valid(schema("webhook"), body)


@pytest.mark.requirement("ALL-7", "ALL-15")
@pytest.mark.parametrize("line", WEBHOOKS, ids=lambda line: str(line["expect"]))
def test_the_model_refuses_exactly_the_samples_that_expect_a_400(line: dict[str, Any]):
    assert valid(schema("webhook"), line["body"]) == handled(line["body"]) == (line["expect"] != 400)


@pytest.mark.requirement("PE-5", "RP-2", "ALL-14")
def test_every_update_obeys_the_published_schema():
    endpoint = Endpoint()
    accepted = [line for line in WEBHOOKS if line["expect"] == 202 and line["signer"] in SECRETS]
    bodies = [json.loads(json.dumps(line["body"], default=str)) for line in accepted]
    updates = [
        endpoint.post(body, "foreign" if not line.get("signed", True) else None)
        for line, body in zip(accepted, bodies, strict=True)
    ]
    assert [update["status"] for update in updates] == ["stored", "stored", "duplicate", "stored", "refused"]
    assert all(valid(schema("price-update.v1"), update) for update in updates)
    known = set(schema("price-update.v1")["properties"])
    assert {name for update in updates for name in update} == known


def test_the_samples_of_the_secrets_fit_those_of_the_webhooks():
    exchanges = parse_credentials((EXAMPLES / "webhook-credentials.sample").read_text()).exchanges.keys()
    assert exchanges == parse_endpoints((EXAMPLES / "exchange-endpoints.sample").read_text()).keys()
    assert {line["signer"] for line in WEBHOOKS} <= exchanges
