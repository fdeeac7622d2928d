import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.common.invalid_input import InvalidInputError
from services.common.json_body import json_text, parse_object
from services.transactions.domain.transaction import TRANSACTION_TYPES, parse_transaction
from tests.unit.services.transactions.draft4 import valid
from tests.unit.services.transactions.webhooks import WEBHOOK, Endpoint

ROOT = Path(__file__).parents[4]
SCHEMAS = ROOT / "services" / "transactions" / "schemas"
SAMPLES = (ROOT / "examples" / "transactions" / "webhooks.jsonl").read_text(encoding="utf-8")
# `just send` puts each run's own mark there.
WEBHOOKS = [json.loads(line) for line in SAMPLES.replace("{run}", "unit").splitlines()]


def schema(name: str) -> dict[str, Any]:
    return json.loads((SCHEMAS / f"{name}.schema.json").read_text())


def handled(body: dict[str, Any]) -> bool:
    try:
        parse_transaction(parse_object(json_text(body).encode()))
    except InvalidInputError:
        return False
    return True


@pytest.mark.requirement("TX-1")
def test_the_model_requires_the_four_fields_and_knows_the_types():
    model = schema("webhook")
    assert set(model["required"]) == {"event_id", "transaction_type", "amount", "timestamp"}
    assert tuple(model["properties"]["transaction_type"]["enum"]) == TRANSACTION_TYPES


FIELDS = st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=4) | st.just([]) | st.just("x" * 129)
PLAUSIBLE = st.sampled_from(["0.10", "1e3", 0.5, "refund", "2026-11-21T09:59:00Z", "2026-11-21", "evt-2"])


@pytest.mark.requirement("ALL-7")
@given(st.dictionaries(st.sampled_from(list(WEBHOOK)), FIELDS | PLAUSIBLE))
def test_what_the_api_refuses_the_function_refuses_too(change: dict[str, Any]):
    body = WEBHOOK | change
    if handled(body):
        assert valid(schema("webhook"), body)


@pytest.mark.requirement("ALL-7")
@pytest.mark.parametrize("line", WEBHOOKS, ids=lambda line: str(line["expect"]))
def test_the_model_refuses_exactly_the_samples_that_expect_a_400(line: dict[str, Any]):
    assert valid(schema("webhook"), line["body"]) == handled(line["body"]) == (line["expect"] != 400)


@pytest.mark.requirement("TX-8")
def test_the_samples_in_their_order_get_the_answers_they_expect(endpoint: Endpoint):
    unsigned = {"X_Webhook_Signature": None}
    answers = [endpoint.post(line["body"], **({} if line.get("signed", True) else unsigned)) for line in WEBHOOKS]
    assert [answer.status for answer in answers] == [line["expect"] for line in WEBHOOKS]
    assert {202, 200, 409, 400} <= {answer.status for answer in answers}


@pytest.mark.requirement("TX-11", "RP-2")
def test_every_published_event_obeys_the_published_schema(endpoint: Endpoint):
    for line in WEBHOOKS:
        endpoint.post(line["body"])
    events = [json.loads(item["event"]["S"]) for item in endpoint.dynamodb.stream]
    assert {event["transaction_type"] for event in events} == set(TRANSACTION_TYPES)
    for event in events:
        assert event.keys() == set(schema("transaction-event.v1")["required"])
        assert valid(schema("transaction-event.v1"), event)
