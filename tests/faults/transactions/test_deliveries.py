"""Repeated, poisonous, refused and late: what deliveries do to payment webhooks."""

import json
from random import Random
from typing import Any

import pytest

from services.common.signature import SIGNATURE_HEADER, TIMESTAMP_HEADER, sign
from services.transactions.system import payments, transaction_events
from tests.faults.laboratory.account import NAMING
from tests.faults.laboratory.faults import Fault, Refused, always
from tests.faults.laboratory.laboratory import Laboratory
from tests.faults.scenarios.proxy_event import proxy_event
from tests.faults.scenarios.transactions import SECRET
from tests.faults.transactions.webhooks import ROUTER, SCENARIO, VALIDATOR, WEBHOOK, post, stored

pytestmark = pytest.mark.fault_system("transactions")


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


@pytest.mark.fault_case(11, 26)
def test_a_secret_store_that_is_down_refuses_nobody_who_came_before(lab: Laboratory) -> None:
    assert post(lab, WEBHOOK)["statusCode"] == 202
    lab.wire.faults.append(Fault(Refused(), "ssm.GetParameter", always))
    lab.clock.pass_by(3_600)
    assert post(lab, WEBHOOK | {"event_id": "evt_2"})["statusCode"] == 202
    lab.processes[VALIDATOR].end()
    assert post(lab, WEBHOOK | {"event_id": "evt_3"})["statusCode"] == 503
