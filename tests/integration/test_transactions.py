"""The transactions system as its users meet it, wherever it is deployed."""

import json
from decimal import Decimal

import pytest

from shared.checkout import SERVICES
from tests.integration.pipeline import QUEUES, Pipeline, webhook
from tests.unit.services.transactions import draft4

SCHEMA = SERVICES / "transactions" / "schemas" / "transaction-event.v1.schema.json"
REQUIRED = ("event_id", "transaction_type", "amount", "timestamp")


@pytest.mark.requirement("RP-1", "TX-1", "TX-4", "TX-8", "TX-11", "ALL-14", "ALL-15")
@pytest.mark.parametrize(("transaction_type", "queue"), QUEUES.items())
def test_an_accepted_webhook_is_one_valid_event_in_the_queue_of_its_type(
    pipeline: Pipeline, transaction_type: str, queue: str
) -> None:
    body = webhook(transaction_type=transaction_type)
    answer = pipeline.post(body)
    assert (answer.status, answer.body["duplicate"]) == (202, False)
    (message,) = pipeline.arrived(body["event_id"])
    assert message.queue == queue
    event = json.loads(message.text, parse_float=Decimal)
    assert draft4.valid(json.loads(SCHEMA.read_text(), parse_float=Decimal), event)
    assert (event["amount"], event["payload"]) == ("0.10", body)
    assert message.attributes["message_id"] == body["event_id"]
    assert message.attributes["correlation_id"] == answer.body["correlation_id"]


@pytest.mark.requirement("RP-1", "TX-3", "TX-8", "ALL-14")
def test_a_repeated_webhook_is_a_duplicate_and_gives_no_second_message(pipeline: Pipeline) -> None:
    body = webhook()
    assert pipeline.post(body).status == 202
    again = pipeline.post(body)
    assert (again.status, again.body["duplicate"]) == (200, True)
    assert len(pipeline.arrived(body["event_id"])) == 1


@pytest.mark.requirement("RP-1", "TX-8")
def test_the_same_event_id_with_another_body_is_a_conflict(pipeline: Pipeline) -> None:
    body = webhook()
    assert pipeline.post(body).status == 202
    conflict = pipeline.post({**body, "amount": "0.11"})
    assert (conflict.status, conflict.body["field"]) == (409, "event_id")
    (message,) = pipeline.arrived(body["event_id"])
    assert json.loads(message.text)["amount"] == "0.10"


@pytest.mark.requirement("RP-1", "ALL-7", "TX-1")
@pytest.mark.parametrize("field", REQUIRED)
def test_a_missing_field_is_refused_by_name(pipeline: Pipeline, field: str) -> None:
    answer = pipeline.post(webhook(**{field: None}))
    assert (answer.status, field in str(answer.body)) == (400, True), answer


@pytest.mark.requirement("RP-1", "ALL-15", "TX-8")
@pytest.mark.parametrize("change", [{"transaction_type": "chargeback"}, {"amount": -1}, {"amount": "NaN"}])
def test_a_bad_value_is_refused(pipeline: Pipeline, change: dict[str, object]) -> None:
    assert pipeline.post(webhook(**change)).status == 400


@pytest.mark.requirement("RP-1", "ALL-13")
def test_webhooks_that_are_not_authentic_now_are_refused_and_go_nowhere(pipeline: Pipeline) -> None:
    wrong, late, early = webhook(), webhook(), webhook()
    assert pipeline.post(wrong, secret="not the secret").status == 401
    assert pipeline.post(late, age=310).status == 401
    assert pipeline.post(early, age=-310).status == 401
    assert pipeline.arrived(*(body["event_id"] for body in (wrong, late, early)), seconds=2) == []
