import io
import json
import os
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.common.signature import sign
from services.price_alerts import webhook_ingestion
from services.price_alerts.webhook_ingestion import MAX_BODY_BYTES
from shared.log_patterns import LOG_PATTERNS
from tests.unit.services.conftest import VARIABLES
from tests.unit.services.fakes import START, THROTTLED, TIMED_OUT, FakeContext, client_error
from tests.unit.services.price_alerts.pipeline import QUEUE, SECRETS, Pipeline
from tests.unit.services.price_alerts.samples import PAYLOADS

WEBHOOK = {"exchange": "gemini", "symbol": "BTC/USD", "price": "67000.10"}


@pytest.mark.requirement("PA-5", "PA-6", "ALL-14")
def test_a_price_is_accepted_when_the_queue_has_it(pipeline: Pipeline):
    answer = pipeline.post(WEBHOOK, X_Correlation_Id="order-7")
    assert (answer.status, answer.body) == (202, {"accepted": 1, "correlation_id": "order-7"})
    (message,) = pipeline.sqs.queues[QUEUE]
    assert json.loads(message["MessageBody"]) == {
        "schema_version": "1",
        "symbol": "BTC-USD",
        "exchange": "gemini",
        "price": "67000.10",
        "observed_at": "2026-11-21T10:00:00.000000Z",
        "received_at": "2026-11-21T10:00:00.000000Z",
        "correlation_id": "order-7",
    }
    assert {name: value["StringValue"] for name, value in message["MessageAttributes"].items()} == {
        "message_id": "BTC-USD#2026-11-21T10:00:00.000000Z#gemini#67000.10",
        "correlation_id": "order-7",
        "schema_version": "1",
    }


@pytest.mark.requirement("PA-9", "ALL-14")
def test_an_exact_copy_is_the_same_observation_however_much_later_it_comes(pipeline: Pipeline):
    stamp = str(int(START.timestamp()))
    raw = json.dumps(WEBHOOK).encode()
    for _ in range(2):
        signature = sign(b"gemini-secret", stamp, raw)
        assert pipeline.post(raw, X_Webhook_Timestamp=stamp, X_Webhook_Signature=signature).status == 202
        pipeline.clock.advance(seconds=200)
    assert len(pipeline.sqs.ids()) == 2
    assert len(set(pipeline.sqs.ids())) == 1


@pytest.mark.requirement("PA-5")
@pytest.mark.parametrize("exchange", PAYLOADS)
def test_each_exchange_has_a_route_of_its_own(pipeline: Pipeline, exchange: str):
    assert pipeline.post(PAYLOADS[exchange], exchange).status == 202
    (message,) = pipeline.sqs.queues[QUEUE]
    assert json.loads(message["MessageBody"])["exchange"] == exchange


@pytest.mark.requirement("PA-5", "ALL-14")
def test_of_several_prices_in_one_webhook_all_are_queued_or_none_is_accepted(pipeline: Pipeline):
    body = {"channel": "ticker", "data": [{"symbol": f"A{n}/USD", "last": n} for n in range(3)]}
    pipeline.sqs.refused = {"A1-USD#2026-11-21T10:00:00.000000Z#kraken#1"}
    assert pipeline.post(body, "kraken").status == 503
    pipeline.sqs.refused = set()
    assert pipeline.post(body, "kraken").body["accepted"] == 3
    assert len(set(pipeline.sqs.ids())) == 3


@pytest.mark.requirement("ALL-13")
@pytest.mark.parametrize("exchange", ["", "coinbase"])
@pytest.mark.parametrize(
    ("headers", "field"),
    [
        ({"X_Webhook_Signature": None}, "X-Webhook-Signature"),
        ({"X_Webhook_Signature": "v1=" + "0" * 64}, "X-Webhook-Signature"),
        ({"X_Webhook_Timestamp": None}, "X-Webhook-Timestamp"),
        ({"X_Webhook_Timestamp": "1"}, "X-Webhook-Timestamp"),
    ],
)
def test_a_request_that_is_not_authentic_is_refused(pipeline: Pipeline, exchange: str, headers: Any, field: str):
    answer = pipeline.post(PAYLOADS["coinbase"] if exchange else WEBHOOK, exchange, **headers)
    assert (answer.status, answer.body["field"]) == (401, field)
    assert not pipeline.sqs.ids()


@pytest.mark.requirement("ALL-13", "PA-8")
def test_no_exchange_speaks_for_another(pipeline: Pipeline):
    assert pipeline.post(WEBHOOK, secret=SECRETS["kraken"]).status == 401
    assert pipeline.post(WEBHOOK | {"exchange": "unheard-of"}, secret=SECRETS["kraken"]).status == 401
    assert pipeline.post(PAYLOADS["coinbase"], "coinbase", secret=SECRETS["kraken"]).status == 401
    assert not pipeline.sqs.ids()
    assert pipeline.post(WEBHOOK | {"exchange": "Kraken"}, secret=SECRETS["kraken"]).status == 202


@pytest.mark.requirement("ALL-13")
@pytest.mark.parametrize("exchange", ["", "kraken"])
def test_both_secrets_of_an_exchange_are_accepted_during_a_rotation(pipeline: Pipeline, exchange: str):
    body, name = (PAYLOADS["kraken"], "kraken") if exchange else (WEBHOOK, "gemini")
    assert pipeline.post(body, exchange, secret=f"previous-{SECRETS[name]}").status == 202


@pytest.mark.requirement("PA-8")
def test_the_credentials_are_decrypted_once(pipeline: Pipeline):
    for _ in range(3):
        pipeline.post(WEBHOOK)
    assert pipeline.kms.calls["decrypt"] == 1


@pytest.mark.requirement("PA-8", "ALL-14")
def test_without_credentials_the_sender_is_asked_to_come_back(pipeline: Pipeline):
    pipeline.kms.fail("decrypt", THROTTLED)
    answer = pipeline.post(WEBHOOK)
    assert (answer.status, answer.headers["Retry-After"]) == (503, "5")
    assert "field" not in answer.body
    assert pipeline.post(WEBHOOK).status == 202


@pytest.mark.requirement("PA-8", "ALL-13")
@pytest.mark.parametrize(
    ("document", "reason"),
    [
        ([], "not of the form"),
        ({}, "names no exchange"),
        ({"Kraken": {"webhook_secrets": ["hunter2"]}}, "'Kraken' is no exchange"),
        ({"kraken": "hunter2"}, "Expected `object`"),
        ({"kraken": {"webhook_secrets": "hunter2"}}, "Expected `array`"),
        ({"kraken": {"api_key": "hunter2"}}, "webhook_secrets"),
        ({"kraken": {"webhook_secrets": ["hunter2"], "secret": "hunter2"}}, "unknown field `secret`"),
        ({"kraken": {"webhook_secrets": []}}, "has 0 webhook_secrets"),
        ({"kraken": {"webhook_secrets": ["hunter2", ""]}}, "or an empty one"),
        ({"kraken": {"webhook_secrets": ["hunter2"] * 3}}, "has 3 webhook_secrets"),
    ],
)
def test_a_malformed_document_is_told_in_the_log_and_shown_nowhere(document: object, reason: str, log: io.StringIO):
    answer = Pipeline(document).post(WEBHOOK)
    assert answer.status == 503
    told = next(json.loads(line) for line in log.getvalue().splitlines() if "not read" in line)
    assert reason in told["reason"]
    assert "hunter2" not in log.getvalue() + str(answer.body)


def test_credentials_do_not_show_in_a_repr(pipeline: Pipeline):
    assert "secret" not in repr(pipeline.ingestion.store.credentials()).replace("webhook secrets", "")


@pytest.mark.requirement("ALL-7", "ALL-15")
@pytest.mark.parametrize(
    ("body", "field"),
    [
        (b"[]", "body"),
        (WEBHOOK | {"price": -1}, "price"),
        (WEBHOOK | {"price": float("nan")}, "body"),
        (WEBHOOK | {"symbol": "\u0412TC-USD"}, "symbol"),
        (WEBHOOK | {"exchange": "gem ini"}, "exchange"),
        (WEBHOOK | {"timestamp": "2026-11-21T10:05:01Z"}, "timestamp"),
    ],
)
def test_a_bad_body_is_refused_with_the_field_that_is_wrong(pipeline: Pipeline, body: Any, field: str):
    answer = pipeline.post(body, secret=SECRETS["gemini"])
    assert (answer.status, answer.body["field"]) == (400, field)
    assert answer.body["correlation_id"] == answer.headers["X-Correlation-Id"] == "request-1"
    assert not pipeline.sqs.ids()


def test_a_body_beyond_the_bound_is_413_whoever_signed_it(pipeline: Pipeline):
    answer = pipeline.post(WEBHOOK | {"note": "x" * MAX_BODY_BYTES}, secret="foreign")
    assert (answer.status, answer.body["field"]) == (413, "body")


@pytest.mark.requirement("ALL-14", "PA-6")
@pytest.mark.parametrize("error", [THROTTLED, TIMED_OUT, client_error("AccessDeniedException")])
def test_nothing_is_accepted_while_the_queue_does_not_confirm(pipeline: Pipeline, error: Exception):
    pipeline.sqs.fail("send_message_batch", error)
    answer = pipeline.post(WEBHOOK)
    assert (answer.status, answer.headers["Retry-After"]) == (503, "5")
    assert pipeline.post(WEBHOOK).status == 202


@given(st.text(max_size=40))
def test_no_raw_body_or_header_ends_in_a_server_error(text: str):
    raw = text.encode("utf-8", "surrogatepass")
    for exchange in ("", "kraken"):
        assert Pipeline().post(raw, exchange, X_Webhook_Signature=text).status == 401
        assert Pipeline().post(raw, exchange, secret=SECRETS["kraken"]).status == 400


def test_the_log_holds_neither_bodies_nor_secrets(pipeline: Pipeline, log: io.StringIO):
    pipeline.post(WEBHOOK | {"note": "Lovelace"})
    pipeline.post(WEBHOOK | {"price": -1})
    pipeline.post(WEBHOOK, secret="wrong")
    assert [line["status"] for line in map(json.loads, log.getvalue().splitlines())] == [202, 400, 401]
    assert not [text for text in ("Lovelace", *SECRETS.values()) if text in log.getvalue()]


@pytest.mark.requirement("ALL-11", "ALL-13")
@pytest.mark.parametrize("word", LOG_PATTERNS)
def test_a_stranger_can_not_ring_an_alarm_by_the_name_of_a_request(pipeline: Pipeline, log: io.StringIO, word: str):
    answer = pipeline.post(WEBHOOK, secret="foreign", X_Correlation_Id=word)
    assert answer.status == 401
    assert answer.body["correlation_id"] == answer.headers["X-Correlation-Id"] == "request-1"
    too_large = WEBHOOK | {"note": "x" * 400_000}
    assert pipeline.post(too_large, X_Correlation_Id=word).status == 413
    told = [json.loads(line)["correlation_id"] for line in log.getvalue().splitlines()]
    assert told == ["request-1", "request-2"]
    assert word not in log.getvalue()


def test_what_is_authentic_and_wrong_is_logged_under_the_senders_own_name(pipeline: Pipeline, log: io.StringIO):
    answer = pipeline.post(b"[]", secret=SECRETS["gemini"], X_Correlation_Id="order-7")
    assert (answer.status, answer.body["correlation_id"]) == (400, "order-7")
    assert json.loads(log.getvalue())["correlation_id"] == "order-7"


def test_the_handler_answers_from_the_deployed_environment(monkeypatch: pytest.MonkeyPatch):
    nobody = {"AWS_ENDPOINT_URL": "http://127.0.0.1:9", "AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b"}
    for name, value in (VARIABLES | nobody).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(webhook_ingestion, "ingestion", webhook_ingestion.compose(os.environ))
    event = {"resource": "/webhook", "headers": {}, "requestContext": {"requestId": "r"}, "body": "{}"}
    response = webhook_ingestion.handler(event, FakeContext())
    assert (response["statusCode"], response["headers"]["Retry-After"]) == (503, "5")
