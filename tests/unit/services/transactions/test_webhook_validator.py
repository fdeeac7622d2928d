import io
import json
import os
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.common.signature import sign
from services.transactions import webhook_validator
from shared.log_patterns import LOG_PATTERNS
from tests.unit.services.conftest import VARIABLES
from tests.unit.services.fakes import START, THROTTLED, TIMED_OUT, FakeContext, client_error
from tests.unit.services.transactions.webhooks import SECRET, WEBHOOK, Endpoint, request

JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
)


@pytest.mark.requirement("TX-8", "ALL-14")
def test_the_first_copy_is_stored_and_accepted(endpoint: Endpoint):
    answer = endpoint.post(WEBHOOK)
    assert answer.status == 202
    assert answer.body == {"event_id": "evt_1", "duplicate": False, "correlation_id": "request-1"}
    assert list(endpoint.dynamodb.items) == ["evt_1"]


@pytest.mark.requirement("TX-3", "TX-7")
def test_the_stored_item_is_unrouted_holds_the_event_and_never_expires_by_itself(endpoint: Endpoint):
    endpoint.post(WEBHOOK, X_Correlation_Id="order-7")
    item = endpoint.item()
    event = json.loads(item.pop("event"))
    assert item.pop("digest") != item.pop("request_id") == "request-1"
    assert item.pop("unrouted") in "0123456789abcdef"
    assert item == {
        "event_id": "evt_1",
        "transaction_type": "payment",
        "amount": "10.50",
        "timestamp": "2026-11-21T08:59:00.000000Z",
        "received_at": "2026-11-21T10:00:00.000000Z",
        "correlation_id": "order-7",
    }
    assert event == {**item, "schema_version": "1", "payload": WEBHOOK}


@pytest.mark.requirement("TX-8")
def test_the_same_event_again_is_a_duplicate_and_changes_nothing(endpoint: Endpoint):
    endpoint.post(WEBHOOK)
    before = endpoint.item()
    endpoint.clock.advance(seconds=60)
    rewritten = json.dumps(dict(reversed(WEBHOOK.items())), indent=2).encode()
    for body in (WEBHOOK, rewritten):
        answer = endpoint.post(body)
        assert (answer.status, answer.body["duplicate"]) == (200, True)
    assert endpoint.item() == before
    assert len(endpoint.dynamodb.stream) == 1


@pytest.mark.requirement("TX-8")
@pytest.mark.parametrize(
    "change", [{"amount": "10.51"}, {"customer": "Grace"}, {"more": None}, {"transaction_type": "refund"}]
)
def test_the_same_event_id_with_another_body_is_a_conflict(endpoint: Endpoint, change: dict[str, Any]):
    endpoint.post(WEBHOOK)
    answer = endpoint.post(WEBHOOK | change)
    assert (answer.status, answer.body["field"]) == (409, "event_id")
    assert "evt_1" in answer.body["message"]
    assert len(endpoint.dynamodb.stream) == 1


@pytest.mark.fault_case(14)
@pytest.mark.fault_system("transactions")
@pytest.mark.requirement("TX-8", "ALL-14")
def test_a_put_that_is_repeated_because_its_reply_was_lost_is_still_the_first_copy(endpoint: Endpoint):
    put_item = endpoint.dynamodb.put_item

    def put_twice(**call: Any) -> None:
        put_item(**call)
        put_item(**call)

    endpoint.dynamodb.put_item = put_twice
    assert endpoint.post(WEBHOOK).status == 202


@pytest.mark.requirement("TX-3")
def test_an_expired_item_that_is_still_there_counts_as_absent(endpoint: Endpoint):
    endpoint.post(WEBHOOK)
    now = int(START.timestamp())
    endpoint.dynamodb.items["evt_1"]["expires_at"] = {"N": str(now)}
    assert endpoint.post(WEBHOOK | {"amount": 1}).status == 409
    endpoint.dynamodb.items["evt_1"]["expires_at"] = {"N": str(now - 1)}
    assert endpoint.post(WEBHOOK | {"amount": 1}).status == 202


@pytest.mark.requirement("TX-8")
def test_an_item_that_some_hand_put_there_is_a_conflict_and_no_crash(endpoint: Endpoint):
    endpoint.dynamodb.items["evt_1"] = {"event_id": {"S": "evt_1"}}
    assert endpoint.post(WEBHOOK).status == 409


@pytest.mark.requirement("ALL-13")
@pytest.mark.parametrize(
    ("headers", "field"),
    [
        ({"X_Webhook_Signature": None}, "X-Webhook-Signature"),
        ({"X_Webhook_Signature": "v1=" + "0" * 64}, "X-Webhook-Signature"),
        ({"X_Webhook_Timestamp": None}, "X-Webhook-Timestamp"),
        ({"X_Webhook_Timestamp": "1"}, "X-Webhook-Timestamp"),
    ],
)
def test_a_request_that_is_not_authentic_is_refused_and_leaves_no_trace(endpoint: Endpoint, headers: Any, field: str):
    answer = endpoint.post(WEBHOOK, **headers)
    assert (answer.status, answer.body["field"]) == (401, field)
    assert not endpoint.dynamodb.items


@pytest.mark.requirement("ALL-13")
def test_a_replayed_request_is_a_duplicate_at_first_and_refused_later(endpoint: Endpoint):
    endpoint.post(WEBHOOK)
    endpoint.clock.advance(seconds=300)
    assert endpoint.post(WEBHOOK).status == 200
    endpoint.clock.advance(seconds=1)
    assert endpoint.post(WEBHOOK).status == 401


@pytest.mark.requirement("TX-10", "ALL-13")
def test_a_rotation_takes_effect_at_once_and_the_old_secret_holds_while_it_is_listed(endpoint: Endpoint):
    endpoint.post(WEBHOOK)
    endpoint.secrets.value = "new-secret\ncurrent-secret"
    assert endpoint.post(WEBHOOK | {"event_id": "evt_2"}, b"new-secret").status == 202
    assert endpoint.post(WEBHOOK | {"event_id": "evt_3"}, SECRET).status == 202
    endpoint.secrets.value = "new-secret"
    endpoint.clock.advance(seconds=60)
    assert endpoint.post(WEBHOOK | {"event_id": "evt_4"}, SECRET).status == 401


@pytest.mark.requirement("ALL-7", "ALL-15")
@pytest.mark.parametrize(
    ("body", "field"),
    [
        (b"", "body"),
        (b"[]", "body"),
        (b"\xff", "body"),
        (WEBHOOK | {"transaction_type": "chargeback"}, "transaction_type"),
        (WEBHOOK | {"amount": -1}, "amount"),
        (WEBHOOK | {"timestamp": 1795190404}, "timestamp"),
        (WEBHOOK | {"event_id": ""}, "event_id"),
        (
            json.dumps(WEBHOOK).replace('"10.50"', "1e400").encode(),
            "amount",
        ),
    ],
)
def test_a_bad_body_is_refused_with_the_field_that_is_wrong(endpoint: Endpoint, body: Any, field: str):
    signed = (
        {"X_Webhook_Signature": sign(SECRET, str(int(START.timestamp())), b"\xed\xb3\xbf")} if body == b"\xff" else {}
    )
    answer = endpoint.post(body, **signed)
    assert (answer.status, answer.body["field"]) == (400, field)
    assert answer.body["correlation_id"] == answer.headers["X-Correlation-Id"] == "request-1"
    assert not endpoint.dynamodb.items


def test_a_body_beyond_the_bound_is_413_whoever_signed_it(endpoint: Endpoint):
    answer = endpoint.post(WEBHOOK | {"note": "x" * 200_000}, b"foreign")
    assert (answer.status, answer.body["field"]) == (413, "body")


@pytest.mark.requirement("ALL-14")
@pytest.mark.parametrize(
    "error", [THROTTLED, TIMED_OUT, client_error("ThrottlingException"), client_error("AccessDeniedException")]
)
def test_nothing_is_accepted_while_the_table_does_not_confirm(endpoint: Endpoint, error: Exception):
    endpoint.dynamodb.fail("put_item", error)
    answer = endpoint.post(WEBHOOK)
    assert (answer.status, answer.headers["Retry-After"]) == (503, "5")
    assert endpoint.post(WEBHOOK).status == 202


@pytest.mark.requirement("TX-10")
def test_without_any_secret_the_sender_is_asked_to_come_back(endpoint: Endpoint):
    endpoint.secrets.value = THROTTLED
    answer = endpoint.post(WEBHOOK)
    assert (answer.status, answer.headers["Retry-After"]) == (503, "5")
    assert "field" not in answer.body


@pytest.mark.fault_case(20, 22, 23)
@pytest.mark.fault_system("transactions")
@given(st.dictionaries(st.sampled_from(list(WEBHOOK)), JSON_VALUES) | JSON_VALUES)
def test_no_json_value_ends_in_a_server_error(value: Any):
    body = WEBHOOK | value if isinstance(value, dict) else value
    assert Endpoint().post(json.dumps(body).encode()).status in {202, 400}


@pytest.mark.fault_case(20, 22, 25)
@pytest.mark.fault_system("transactions")
@given(st.text(max_size=40))
def test_no_raw_body_or_header_ends_in_a_server_error(text: str):
    assert Endpoint().post(text.encode("utf-8", "surrogatepass"), X_Webhook_Signature=text).status == 401
    assert Endpoint().post(text.encode("utf-8", "surrogatepass")).status == 400


def test_the_log_holds_ids_and_neither_bodies_nor_secrets(endpoint: Endpoint, log: io.StringIO):
    endpoint.post(WEBHOOK)
    endpoint.post(WEBHOOK | {"amount": 1})
    endpoint.post(WEBHOOK, X_Webhook_Signature="v1=" + "0" * 64)
    assert [line["status"] for line in map(json.loads, log.getvalue().splitlines())] == [202, 409, 401]
    assert '"event_id":"evt_1"' in log.getvalue()
    assert "Lovelace" not in log.getvalue()
    assert SECRET.decode() not in log.getvalue()


@pytest.mark.requirement("ALL-11", "ALL-13")
@pytest.mark.parametrize("word", LOG_PATTERNS)
def test_a_stranger_can_not_ring_an_alarm_by_the_name_of_a_request(endpoint: Endpoint, log: io.StringIO, word: str):
    answer = endpoint.post(WEBHOOK, b"foreign", X_Correlation_Id=word)
    assert answer.status == 401
    assert answer.body["correlation_id"] == answer.headers["X-Correlation-Id"] == "request-1"
    too_large = WEBHOOK | {"note": "x" * 400_000}
    assert endpoint.post(too_large, X_Correlation_Id=word).status == 413
    told = [json.loads(line)["correlation_id"] for line in log.getvalue().splitlines()]
    assert told == ["request-1", "request-2"]
    assert word not in log.getvalue()


def test_what_is_authentic_and_wrong_is_logged_under_the_senders_own_name(endpoint: Endpoint, log: io.StringIO):
    answer = endpoint.post(b"[]", X_Correlation_Id="order-7")
    assert (answer.status, answer.body["correlation_id"]) == (400, "order-7")
    assert json.loads(log.getvalue())["correlation_id"] == "order-7"


def test_the_handler_answers_from_the_deployed_environment(monkeypatch: pytest.MonkeyPatch):
    nobody = {"AWS_ENDPOINT_URL": "http://127.0.0.1:9", "AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b"}
    for name, value in (VARIABLES | nobody).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(webhook_validator, "validator", webhook_validator.compose(os.environ))
    response = webhook_validator.handler(request(b"{}", SECRET, "request-1", {}), FakeContext())
    assert (response["statusCode"], response["headers"]["Retry-After"]) == (503, "5")
