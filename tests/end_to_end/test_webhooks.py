"""Through the real HTTP route: what is accepted is in the queue of its type, and nothing of what is refused arrives."""

import json
import time
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import pytest

from local.paths import CHECKOUT
from tests.end_to_end.deployed import Deployed
from tests.end_to_end.inbox import QUEUES
from tests.end_to_end.payment_provider import Answer, signature, webhook
from tests.measurements import Measure
from tests.unit.services.transactions import draft4

EVENT_SCHEMA = json.loads(
    (CHECKOUT / "services/transactions/schemas/transaction-event.v1.schema.json").read_text(), parse_float=Decimal
)
REQUIRED = ("event_id", "transaction_type", "amount", "timestamp")
BAD_VALUES: list[tuple[str, Any]] = [
    ("event_id", ""),
    ("event_id", "x" * 129),
    ("event_id", 7),
    ("amount", -1),
    ("amount", True),
    ("amount", "1e3"),
    ("amount", "NaN"),
    ("amount", "\uff11"),
    ("timestamp", 1_795_190_404),
    ("timestamp", "yesterday"),
    ("transaction_type", "chargeback"),
    ("transaction_type", ["payment"]),
]
# Raw ends of a body, where the value is what JSON can say and Python's own encoder does not.
BAD_AMOUNTS = (b"1e400", b"0.0000000000000000001", b"1000000000000000000")
SIGNATURE, TIMESTAMP = "X-Webhook-Signature", "X-Webhook-Timestamp"
NAN, INFINITY = (json.dumps(webhook(amount=float(name))).encode() for name in ("nan", "inf"))
NOT_AUTHENTIC: list[tuple[str, dict[str, Any]]] = [
    (SIGNATURE, {"secret": "not the secret"}),
    (SIGNATURE, {"headers": {SIGNATURE: None}}),
    (SIGNATURE, {"headers": {SIGNATURE: "v1=00"}}),
    (SIGNATURE, {"headers": {SIGNATURE: "v2=" + "0" * 64}}),
    (TIMESTAMP, {"headers": {TIMESTAMP: None}}),
    (TIMESTAMP, {"headers": {TIMESTAMP: "soon"}}),
    (TIMESTAMP, {"age": 310}),
    (TIMESTAMP, {"age": -310}),
]


@pytest.mark.requirement("TX-1", "TX-2", "TX-4", "TX-8", "TX-11", "ALL-14", "ALL-15")
@pytest.mark.parametrize(("transaction_type", "queue"), QUEUES.items())
def test_an_accepted_webhook_is_one_message_in_the_queue_of_its_type(
    deployed: Deployed, transaction_type: str, queue: str
) -> None:
    body = webhook(transaction_type=transaction_type, amount="0.10")
    answer = deployed.provider.post(body)
    assert (answer.status, answer.body["duplicate"]) == (202, False)
    deployed.inbox.wait_for([body["event_id"]])
    deployed.inbox.settle()
    (message,) = deployed.inbox.of([body["event_id"]])
    assert message.queue == queue
    assert draft4.valid(EVENT_SCHEMA, message.body)
    assert (message.body["amount"], message.body["payload"]) == ("0.10", body)
    assert message.attributes == {
        "message_id": body["event_id"],
        "correlation_id": answer.correlation_id,
        "transaction_type": transaction_type,
        "schema_version": "1",
    }


@pytest.mark.requirement("TX-4")
def test_a_warm_webhook_is_in_its_queue_within_two_seconds(deployed: Deployed, measure: Measure) -> None:
    slowest = max(deployed.passes_a_webhook() for _ in range(5))
    measure("slowest of 15 warm webhooks, from request to queue", slowest)
    assert slowest < 2


@pytest.mark.requirement("ALL-15")
def test_the_digits_of_an_amount_arrive_as_they_were_sent(deployed: Deployed) -> None:
    body = webhook(event_id="evt_digits_" + webhook()["event_id"], amount=None)
    raw = json.dumps(body)[:-1].encode() + b', "amount": 100000000000000000.100000000000000010}'
    assert deployed.provider.post(raw).status == 202
    (message,) = deployed.inbox.wait_for([body["event_id"]])
    assert message.body["amount"] == "100000000000000000.100000000000000010"
    assert '"amount":100000000000000000.100000000000000010' in message.text


@pytest.mark.requirement("ALL-7", "TX-1")
def test_a_missing_field_is_refused_by_name_before_any_function_runs(deployed: Deployed) -> None:
    asked = {field: deployed.provider.post(webhook(**{field: None})) for field in REQUIRED}
    for field, answer in asked.items():
        assert (answer.status, field in answer.text) == (400, True), answer.text
    assert _reached_no_function(deployed, asked.values())


@pytest.mark.requirement("ALL-7", "TX-8", "ALL-15")
def test_a_bad_value_is_refused_before_any_function_runs(deployed: Deployed) -> None:
    bodies = [webhook(**{field: value}) for field, value in BAD_VALUES]
    answers = [deployed.provider.post(body) for body in bodies]
    assert [(*bad, answer.text) for bad, answer in zip(BAD_VALUES, answers, strict=True) if answer.status != 400] == []
    assert deployed.nothing_arrived_of(*(str(body["event_id"]) for body in bodies))
    assert _reached_no_function(deployed, answers)


@pytest.mark.requirement("ALL-15")
@pytest.mark.parametrize("amount", BAD_AMOUNTS)
def test_an_amount_that_no_decimal_should_hold_is_a_bad_request(deployed: Deployed, amount: bytes) -> None:
    body = webhook(amount=None)
    answer = deployed.provider.post(json.dumps(body)[:-1].encode() + b', "amount": ' + amount + b"}")
    assert (answer.status, answer.body["field"]) == (400, "amount")


@pytest.mark.requirement("ALL-7")
def test_another_content_type_does_not_escape_validation(deployed: Deployed) -> None:
    kinds = ("text/plain", "application/x-www-form-urlencoded", "application/xml")
    answers = [deployed.provider.post(webhook(amount=None), content_type=kind) for kind in kinds]
    assert [answer.status for answer in answers] == [400, 400, 400]
    assert _reached_no_function(deployed, answers)


@pytest.mark.requirement("ALL-7")
@pytest.mark.parametrize("raw", [b"", b"{", b"[]", b"null", b'"text"', b"\xff\xfe", NAN, INFINITY])
def test_what_is_not_a_json_object_is_a_bad_request(deployed: Deployed, raw: bytes) -> None:
    assert deployed.provider.post(raw).status == 400


@pytest.mark.requirement("ALL-13")
def test_a_webhook_that_is_not_authentic_now_is_refused(deployed: Deployed) -> None:
    bodies = [webhook() for _ in NOT_AUTHENTIC]
    for body, (header, signed) in zip(bodies, NOT_AUTHENTIC, strict=True):
        answer = deployed.provider.post(body, **signed)
        assert (answer.status, answer.body["field"]) == (401, header), signed
    assert deployed.nothing_arrived_of(*(body["event_id"] for body in bodies))


@pytest.mark.requirement("ALL-13")
def test_a_signature_is_of_its_own_body_alone(deployed: Deployed) -> None:
    body, other = webhook(), webhook()
    stolen = _signed(deployed, body)
    assert deployed.provider.post(other, headers=stolen).status == 401
    assert deployed.nothing_arrived_of(other["event_id"])


@pytest.mark.requirement("ALL-13")
def test_one_good_signature_among_several_is_enough(deployed: Deployed) -> None:
    body = webhook()
    signed = _signed(deployed, body)
    several = {**signed, SIGNATURE: "v1=" + "0" * 64 + ", " + signed[SIGNATURE]}
    assert deployed.provider.post(body, headers=several).status == 202
    deployed.inbox.wait_for([body["event_id"]])


@pytest.mark.requirement("TX-3", "TX-8")
def test_a_repeated_webhook_is_a_duplicate_and_another_body_a_conflict(deployed: Deployed) -> None:
    body = webhook()
    assert deployed.provider.post(body).status == 202
    again = deployed.provider.post(dict(reversed(body.items())))
    assert (again.status, again.body["duplicate"]) == (200, True)
    conflict = deployed.provider.post({**body, "amount": "129.91"})
    assert (conflict.status, conflict.body["field"]) == (409, "event_id")
    deployed.inbox.wait_for([body["event_id"]])
    assert deployed.nothing_arrived_of("another")
    (message,) = deployed.inbox.of([body["event_id"]])
    assert message.body["amount"] == "129.90"


@pytest.mark.requirement("TX-8")
def test_a_body_that_no_message_could_hold_is_too_large(deployed: Deployed) -> None:
    body = webhook(note="x" * 200_000)
    answer = deployed.provider.post(body)
    assert (answer.status, answer.body["field"]) == (413, "body")
    assert deployed.nothing_arrived_of(body["event_id"])


@pytest.mark.requirement("TX-11")
def test_a_body_of_the_greatest_size_arrives_whole(deployed: Deployed) -> None:
    body = webhook(note="x" * 199_000)
    assert deployed.provider.post(body).status == 202
    (message,) = deployed.inbox.wait_for([body["event_id"]])
    assert message.body["payload"] == body


@pytest.mark.requirement("TX-7")
def test_a_correlation_id_goes_from_the_request_to_both_logs_and_a_trace_follows_it(deployed: Deployed) -> None:
    body = webhook()
    answer = deployed.provider.post(body)
    deployed.inbox.wait_for([body["event_id"]])
    deployed.inbox.settle()
    functions = ["webhook-validator", "transaction-router"]
    for function in functions:
        assert answer.correlation_id in "\n".join(deployed.environment.log(function))
    trace = deployed.environment.recipe("trace", answer.correlation_id, deployed.environment.name, "--since", "1h")
    sources = [line.split()[2] for line in trace.succeeded().said.splitlines()[:-1]]
    assert list(dict.fromkeys(sources)) == functions


def _reached_no_function(deployed: Deployed, answers: Iterable[Answer]) -> bool:
    """Whether no log tells of these requests; those of accepted ones tell their correlation ids."""
    log = "\n".join(deployed.environment.log("webhook-validator"))
    assert "test-" in log
    return not any(answer.correlation_id in log for answer in answers)


def _signed(deployed: Deployed, body: dict[str, Any]) -> dict[str, str]:
    """The headers by which the provider would send this body now."""
    timestamp = str(int(time.time()))
    raw = json.dumps(body).encode()
    return {
        TIMESTAMP: timestamp,
        SIGNATURE: signature(deployed.provider.secret, timestamp, raw),
    }
