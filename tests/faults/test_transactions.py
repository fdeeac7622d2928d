"""Payment webhooks: what a sender, a clock, a secret or a table can do wrong, from request to queue."""

import base64
import json
from collections.abc import Iterator
from decimal import Decimal, localcontext
from random import Random
from typing import Any

import boto3
import pytest

from services.common.signature import SIGNATURE_HEADER, TIMESTAMP_HEADER, sign
from services.transactions.system import payments, system, transaction_events
from tests.faults.laboratory.account import NAMING
from tests.faults.laboratory.faults import Fault, Refused, always, first
from tests.faults.laboratory.laboratory import Laboratory, laboratory
from tests.faults.scenarios.proxy_event import proxy_event
from tests.faults.scenarios.transactions import SECRET, Transactions

pytestmark = pytest.mark.fault_system("transactions")

SCENARIO = Transactions()
VALIDATOR, ROUTER = "webhook-validator", "transaction-router"
WEBHOOK = {"event_id": "evt_1", "transaction_type": "payment", "amount": "10.50", "timestamp": "2026-11-21T09:59:00Z"}


@pytest.fixture
def lab() -> Iterator[Laboratory]:
    with laboratory(system, SCENARIO.secrets) as made:
        yield made


def post(lab: Laboratory, raw: bytes | dict[str, Any], **headers: str) -> dict[str, Any]:
    """The answer, whose body is parsed, to a request that is signed as it stands unless the headers say otherwise."""
    body = raw if isinstance(raw, bytes) else json.dumps(raw).encode()
    result = SCENARIO.post(lab, body, **headers)
    assert result.error is None, result.error
    return result.answer | {"body": json.loads(result.answer["body"])}


def stored(lab: Laboratory) -> list[dict[str, Any]]:
    return lab.account.items(transaction_events)


def refused(lab: Laboratory, status: int, field: str, raw: bytes | dict[str, Any], **headers: str) -> None:
    answer = post(lab, raw, **headers)
    assert (answer["statusCode"], answer["body"].get("field")) == (status, field), answer
    assert not stored(lab)


def with_amount(text: str) -> bytes:
    return json.dumps(WEBHOOK | {"amount": 0}).replace('"amount": 0', f'"amount": {text}').encode()


@pytest.mark.fault_case(2)
@pytest.mark.parametrize("seed", range(5))
def test_twenty_copies_at_once_are_one_event(lab: Laboratory, seed: int) -> None:
    now = lab.clock.now()
    body = json.dumps(WEBHOOK).encode()
    stamp = str(int(now.timestamp()))
    headers = {TIMESTAMP_HEADER: stamp, SIGNATURE_HEADER: sign(SECRET.encode(), stamp, body)}
    events = [proxy_event("POST", "/webhook", body, headers, now) for _ in range(20)]
    statuses = [answer["statusCode"] for answer in lab.processes[VALIDATOR].at_once(events, Random(seed))]  # noqa: S311 - a draw that a seed repeats
    assert sorted(statuses) == [200] * 19 + [202]
    lab.settle()
    assert len(lab.messages(payments)) == 1


@pytest.mark.fault_case(3)
@pytest.mark.parametrize("change", [{"amount": "10.51"}, {"transaction_type": "refund"}, {"note": None}])
def test_an_id_with_another_body_is_refused_and_the_first_stays(lab: Laboratory, change: dict[str, Any]) -> None:
    assert post(lab, WEBHOOK)["statusCode"] == 202
    before = stored(lab)
    assert post(lab, WEBHOOK | change)["statusCode"] == 409
    assert stored(lab) == before
    lab.settle()
    (message,) = lab.messages(payments)
    assert json.loads(message["Body"])["amount"] == "10.50"


@pytest.mark.fault_case(5)
@pytest.mark.parametrize(("days", "status"), [(29, 200), (31, 202)])
def test_an_id_is_known_for_thirty_days_and_new_beyond_them(lab: Laboratory, days: int, status: int) -> None:
    post(lab, WEBHOOK)
    lab.settle()
    assert len(lab.messages(payments)) == 1
    lab.clock.pass_by(days * 86_400)
    assert post(lab, WEBHOOK)["statusCode"] == status
    lab.settle()
    assert len(lab.messages(payments)) == (1 if status == 200 else 2)


@pytest.mark.fault_case(8, 16, 33)
@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_poison_record_is_isolated_told_and_recovered_from_the_table(lab: Laboratory, place: int) -> None:
    names = [f"evt_{number}" for number in range(3)]
    lab.processes[ROUTER].disabled = True
    for name in names:
        post(lab, WEBHOOK | {"event_id": name})
    _spoil(lab, names[place], "chargeback")
    lab.processes[ROUTER].disabled = False
    lab.settle()
    sent = {message["MessageAttributes"]["message_id"]["StringValue"] for message in lab.messages(payments)}
    assert sent == set(names) - {names[place]}
    # One for the record of the event, one for that of the spoiling.
    told = [json.loads(letter["Body"]) for letter in lab.dead_letters()["transaction-router-stream-dlq"]]
    assert [record["DDBStreamBatchInfo"]["batchSize"] for record in told] == [1, 1]
    assert {record["requestContext"]["condition"] for record in told} == {"RetryAttemptsExhausted"}
    _spoil(lab, names[place], "payment")
    lab.let_pass(minutes=15)
    copies = [message["MessageAttributes"]["message_id"]["StringValue"] for message in lab.messages(payments)]
    assert sorted(copies) == names


def _spoil(lab: Laboratory, name: str, transaction_type: str) -> None:
    lab.account.dynamodb.update_item(
        TableName=NAMING.name(transaction_events),
        Key={"event_id": {"S": name}},
        UpdateExpression="SET transaction_type = :type",
        ExpressionAttributeValues={":type": {"S": transaction_type}},
    )


@pytest.mark.fault_case(9)
def test_a_batch_that_is_bad_as_a_whole_is_reported_whole_and_an_empty_one_is_none(lab: Laboratory) -> None:
    assert lab.call(ROUTER, {"Records": []}).answer == {"batchItemFailures": []}
    names = ["evt_1", "evt_2"]
    for name in names:
        post(lab, WEBHOOK | {"event_id": name})
        _spoil(lab, name, "chargeback")
    lab.settle()
    assert lab.messages(payments) == []
    letters = lab.dead_letters()["transaction-router-stream-dlq"]
    assert sum(json.loads(letter["Body"])["DDBStreamBatchInfo"]["batchSize"] for letter in letters) >= len(names)


@pytest.mark.fault_case(10, 15)
@pytest.mark.parametrize(
    "change",
    [
        {"eventName": "REMOVE", "dynamodb": {"Keys": {"event_id": {"S": "evt_1"}}, "SequenceNumber": "1"}},
        {"eventName": "MODIFY", "dynamodb": {"SequenceNumber": "1"}},
        {"eventName": "INSERT", "dynamodb": {"NewImage": {"event_id": {"S": "gone"}}, "SequenceNumber": "1"}},
    ],
)
def test_a_record_with_nothing_to_route_is_passed_over(lab: Laboratory, change: dict[str, Any]) -> None:
    assert lab.call(ROUTER, {"Records": [change]}).answer == {"batchItemFailures": []}
    assert lab.messages(payments) == []


@pytest.mark.fault_case(12)
def test_only_a_failed_condition_is_taken_for_a_duplicate(lab: Laboratory) -> None:
    lab.wire.faults.append(Fault(Refused("ValidationException"), "dynamodb.PutItem", always))
    answer = post(lab, WEBHOOK)
    assert (answer["statusCode"], answer["headers"]["Retry-After"]) == (503, "5")
    lab.wire.faults.clear()
    assert post(lab, WEBHOOK)["statusCode"] == 202


@pytest.mark.fault_case(17, 18)
def test_one_queue_that_is_down_holds_up_its_own_events_alone(lab: Laboratory) -> None:
    lab.account.sqs.delete_queue(QueueUrl=lab.account.url(payments))
    for name in SCENARIO.inputs:
        SCENARIO.offer(lab, name)
    lab.settle()
    unrouted = {item["transaction_type"]["S"] for item in stored(lab) if "unrouted" in item}
    assert unrouted == {"payment"}
    assert {f"{ROUTER}-logged-error"} <= lab.ringing()
    lab.account.sqs.create_queue(QueueName=NAMING.name(payments))
    lab.let_pass(minutes=15)
    assert len(lab.messages(payments)) == 1
    assert not any("unrouted" in item for item in stored(lab))


@pytest.mark.fault_case(19)
@pytest.mark.parametrize("size", [200_001, 1_000_000 - 1, 1_000_000, 1_000_001, 7_000_000, 11_000_000])
def test_a_body_that_no_message_could_hold_is_413(lab: Laboratory, size: int) -> None:
    empty = len(json.dumps(WEBHOOK | {"note": ""}).encode())
    raw = json.dumps(WEBHOOK | {"note": "x" * (size - empty)}).encode()
    assert len(raw) == size
    refused(lab, 413, "body", raw)


@pytest.mark.fault_case(19)
def test_the_largest_body_passes_and_arrives_whole(lab: Laboratory) -> None:
    raw = json.dumps(WEBHOOK | {"note": "x" * 199_800}).encode()
    assert post(lab, raw)["statusCode"] == 202
    lab.settle()
    (message,) = lab.messages(payments)
    assert json.loads(message["Body"])["payload"] == json.loads(raw)


@pytest.mark.fault_case(20)
@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"null",
        b"[]",
        b'"text"',
        b"{",
        b'{"event_id": ',
        json.dumps([WEBHOOK]).encode(),
        json.dumps(WEBHOOK).encode() + b"}",
        b"\xef\xbb\xbf" + json.dumps(WEBHOOK).encode(),
        b'{"a":' * 40 + b"1" + b"}" * 40,
        b"[" * 100_000,
    ],
    ids=lambda raw: repr(raw[:20]),
)
def test_a_body_that_is_no_json_object_is_refused(lab: Laboratory, raw: bytes) -> None:
    refused(lab, 400, "body", raw)


@pytest.mark.fault_case(20)
def test_of_a_key_that_comes_twice_the_last_counts_for_all(lab: Laboratory) -> None:
    raw = json.dumps(WEBHOOK).encode().replace(b'"amount": "10.50"', b'"amount": "1", "amount": "2"')
    assert post(lab, raw)["statusCode"] == 202
    assert post(lab, WEBHOOK | {"amount": "2"})["statusCode"] == 200
    assert stored(lab)[0]["amount"] == {"N": "2"}


@pytest.mark.fault_case(21)
def test_base64_null_headers_and_other_letter_case_change_nothing(lab: Laboratory) -> None:
    now = lab.clock.now()
    stamp, raw = str(int(now.timestamp())), json.dumps(WEBHOOK).encode()
    signed = {TIMESTAMP_HEADER.upper(): stamp, SIGNATURE_HEADER.lower(): sign(SECRET.encode(), stamp, raw)}
    event = proxy_event("POST", "/webhook", raw, signed, now)
    encoded = event | {"body": base64.b64encode(raw).decode(), "isBase64Encoded": True, "multiValueHeaders": None}
    assert lab.call(VALIDATOR, encoded).answer["statusCode"] == 202
    again = event | {"headers": None, "requestContext": {"requestId": "another"}}
    assert lab.call(VALIDATOR, again).answer["statusCode"] == 200
    nothing = event | {"headers": None, "multiValueHeaders": None}
    assert lab.call(VALIDATOR, nothing).answer["statusCode"] == 401
    assert lab.call(VALIDATOR, event | {"body": None}).answer["statusCode"] == 401
    assert lab.call(VALIDATOR, event | {"body": "%%%", "isBase64Encoded": True}).answer["statusCode"] == 400


@pytest.mark.fault_case(22)
def test_text_arrives_as_it_was_sent_and_two_writings_stay_two(lab: Laboratory) -> None:
    note = "é e\u0301 👩‍💻 \u0000 \ufffe \u202e"
    assert post(lab, WEBHOOK | {"note": note})["statusCode"] == 202
    assert post(lab, WEBHOOK | {"note": note.replace("é", "e\u0301")})["statusCode"] == 409
    lab.settle()
    (message,) = lab.messages(payments)
    assert json.loads(message["Body"])["payload"]["note"] == note


@pytest.mark.fault_case(22)
@pytest.mark.parametrize("name", ["évt", "e\u0301vt", "👩‍💻", "\u0000", "evt 1", "evt\u2028"])
def test_an_id_is_plain_ascii(lab: Laboratory, name: str) -> None:
    refused(lab, 400, "event_id", WEBHOOK | {"event_id": name})


@pytest.mark.fault_case(22)
@pytest.mark.parametrize("raw", [rb'{"event_id": "\ud800"}', b'{"event_id": "\xed\xa0\x80"}', b'{"event_id": "\xff"}'])
def test_a_lone_surrogate_is_refused(lab: Laboratory, raw: bytes) -> None:
    answer = post(lab, raw)
    assert answer["statusCode"] in (400, 401)
    assert not stored(lab)


@pytest.mark.fault_case(23)
@pytest.mark.parametrize(
    "text",
    ["NaN", "Infinity", "-Infinity", "1e400", "true", '"1_000"', '"١٢"', '"1e3"', '" 1"', "-1", '"-0"', "null", "[]",
     "1" * 38, "1" * 39, "1" * 5_000, f"0.{'1' * 38}", '"NaN"', '""'],
    ids=lambda text: text[:12],
)  # fmt: skip
def test_what_is_no_amount_is_refused(lab: Laboratory, text: str) -> None:
    answer = post(lab, with_amount(text))
    assert (answer["statusCode"], answer["body"]["field"] in ("amount", "body")) == (400, True)
    assert not stored(lab)


@pytest.mark.fault_case(23, 24)
@pytest.mark.parametrize(
    ("text", "kept"),
    [("-0", "0"), ("0.30000000000000004", "0.30000000000000004"), ("2.675", "2.675"), ('"10.50"', "10.50"),
     ("9007199254740993", "9007199254740993"), ("1E2", "100"), (f"{'9' * 18}.{'9' * 18}", f"{'9' * 18}.{'9' * 18}")],
)  # fmt: skip
def test_an_amount_keeps_every_digit(lab: Laboratory, text: str, kept: str) -> None:
    assert post(lab, with_amount(text))["statusCode"] == 202
    lab.settle()
    (message,) = lab.messages(payments)
    assert json.loads(message["Body"])["amount"] == kept
    assert Decimal(stored(lab)[0]["amount"]["N"]) == Decimal(kept)


@pytest.mark.fault_case(24)
def test_the_sum_of_what_arrives_is_the_sum_of_what_was_sent(lab: Laboratory) -> None:
    random = Random(24)  # noqa: S311 - nothing is secret about it
    amounts = [Decimal(random.randrange(10**18)).scaleb(-random.randrange(18)) for _ in range(300)]
    for number, amount in enumerate(amounts):
        assert post(lab, WEBHOOK | {"event_id": f"evt_{number}", "amount": f"{amount:f}"})["statusCode"] == 202
    lab.settle()
    with localcontext(prec=60):
        arrived = sum(Decimal(json.loads(message["Body"])["amount"]) for message in lab.messages(payments))
        assert arrived == sum(amounts)


@pytest.mark.fault_case(25)
@pytest.mark.parametrize(
    "headers",
    [
        {SIGNATURE_HEADER: ""},
        {SIGNATURE_HEADER: "v1=" + "0" * 64},
        {SIGNATURE_HEADER: "v1=é"},
        {SIGNATURE_HEADER: "v0=" + "0" * 64 + ",v1=" + "1" * 64},
    ],
)
def test_a_signature_that_is_missing_or_wrong_is_refused(lab: Laboratory, headers: dict[str, str]) -> None:
    refused(lab, 401, SIGNATURE_HEADER, WEBHOOK, **headers)


@pytest.mark.fault_case(25)
@pytest.mark.parametrize("change", [lambda raw: raw + b" ", lambda raw: raw[:-1], lambda raw: raw.swapcase()])
def test_a_body_that_differs_by_a_byte_does_not_match(lab: Laboratory, change: Any) -> None:
    raw = json.dumps(WEBHOOK).encode()
    stamp = str(int(lab.clock.now().timestamp()))
    refused(lab, 401, SIGNATURE_HEADER, change(raw), **{SIGNATURE_HEADER: sign(SECRET.encode(), stamp, raw)})


@pytest.mark.fault_case(25, 27)
@pytest.mark.parametrize("seconds", [-600, -301, -300, -299, 0, 299, 300, 301, 600])
def test_a_signature_holds_for_300_seconds_either_way(lab: Laboratory, seconds: int) -> None:
    with lab.clock.skewed(seconds=seconds):
        stamp = str(int(lab.clock.now().timestamp()))
    raw = json.dumps(WEBHOOK).encode()
    signed = {TIMESTAMP_HEADER: stamp, SIGNATURE_HEADER: sign(SECRET.encode(), stamp, raw)}
    if abs(seconds) <= 300:
        assert post(lab, raw, **signed)["statusCode"] == 202
    else:
        refused(lab, 401, TIMESTAMP_HEADER, raw, **signed)


@pytest.mark.fault_case(25)
def test_a_replay_within_the_window_is_a_duplicate_and_refused_after_it(lab: Laboratory) -> None:
    raw = json.dumps(WEBHOOK).encode()
    stamp = str(int(lab.clock.now().timestamp()))
    signed = {TIMESTAMP_HEADER: stamp, SIGNATURE_HEADER: sign(SECRET.encode(), stamp, raw)}
    assert [post(lab, raw, **signed)["statusCode"] for _ in range(2)] == [202, 200]
    lab.clock.pass_by(301)
    assert post(lab, raw, **signed)["statusCode"] == 401
    assert len(stored(lab)) == 1


@pytest.mark.fault_case(26)
def test_a_rotation_refuses_no_sender_while_both_secrets_are_listed(lab: Laboratory) -> None:
    def send(name: str, secret: str) -> int:
        raw = json.dumps(WEBHOOK | {"event_id": name}).encode()
        stamp = str(int(lab.clock.now().timestamp()))
        return post(lab, raw, **{SIGNATURE_HEADER: sign(secret.encode(), stamp, raw)})["statusCode"]

    def list_secrets(value: str) -> None:
        name = NAMING.parameter_name(system, system.secrets[0])
        boto3.client("ssm").put_parameter(Name=name, Value=value, Type="SecureString", Overwrite=True)

    assert send("evt_1", SECRET) == 202
    list_secrets(f"new-secret\n{SECRET}")
    assert [send("evt_2", "new-secret"), send("evt_3", SECRET)] == [202, 202]
    list_secrets("new-secret")
    lab.clock.pass_by(61)
    assert [send("evt_4", SECRET), send("evt_4", "new-secret")] == [401, 202]


@pytest.mark.fault_case(27)
@pytest.mark.parametrize("value", [1795190404, 1795190404000, "1795190404", "2026-11-21T10:00:00", "2026-11-21", "now"])
def test_a_time_without_a_zone_or_in_a_guessed_unit_is_refused(lab: Laboratory, value: object) -> None:
    refused(lab, 400, "timestamp", WEBHOOK | {"timestamp": value})


@pytest.mark.fault_case(27)
@pytest.mark.parametrize("minutes", [-10, 10])
def test_a_clock_that_jumps_between_store_and_sweep_loses_nothing(lab: Laboratory, minutes: int) -> None:
    lab.processes[ROUTER].disabled = True
    with lab.clock.skewed(minutes=minutes):
        for name in SCENARIO.inputs:
            SCENARIO.offer(lab, name)
    lab.processes[ROUTER].disabled = False
    lab.wire.faults.append(Fault(Refused(), "sqs.SendMessageBatch", first(1)))
    lab.settle()
    lab.let_pass(minutes=30)
    assert set(SCENARIO.outcome(lab).copies.values()) == {1}


@pytest.mark.fault_case(11, 26)
def test_a_secret_store_that_is_down_refuses_nobody_who_came_before(lab: Laboratory) -> None:
    assert post(lab, WEBHOOK)["statusCode"] == 202
    lab.wire.faults.append(Fault(Refused(), "ssm.GetParameter", always))
    lab.clock.pass_by(3_600)
    assert post(lab, WEBHOOK | {"event_id": "evt_2"})["statusCode"] == 202
    lab.processes[VALIDATOR].end()
    assert post(lab, WEBHOOK | {"event_id": "evt_3"})["statusCode"] == 503
