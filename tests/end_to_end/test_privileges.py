"""Each function's role: broken by the loss of a grant."""

import json
from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.end_to_end.deployed import Deployed
from tests.end_to_end.environment import Environment
from tests.end_to_end.payment_provider import webhook


@pytest.mark.requirement("ALL-3", "ALL-14")
def test_without_the_grant_to_put_items_nothing_is_accepted(deployed: Deployed) -> None:
    body = webhook()
    with _without(deployed.environment, "webhook-validator", "dynamodb:PutItem"):
        assert deployed.provider.post(body).status == 503
    assert deployed.provider.post(body).status == 202
    deployed.inbox.wait_for([body["event_id"]])


@pytest.mark.requirement("ALL-3", "ALL-8", "ALL-14", "TX-7")
def test_without_the_grant_to_send_an_event_goes_to_the_dlq_and_the_sweep_delivers_it(deployed: Deployed) -> None:
    body, other = webhook(), webhook(transaction_type="refund")
    with _without(deployed.environment, "transaction-router", "sqs:SendMessage", "payments-queue"):
        assert deployed.provider.post(body).status == 202
        assert deployed.provider.post(other).status == 202
        deployed.inbox.wait_for([other["event_id"]])
        assert _failure_record(deployed.environment)["requestContext"]["condition"] == "RetryAttemptsExhausted"
    assert deployed.inbox.of([body["event_id"]]) == []
    _grow_old(deployed.environment, body["event_id"])
    assert deployed.sweep() == {"routed": 1, "complete": True}
    deployed.inbox.wait_for([body["event_id"]])


@pytest.mark.requirement("ALL-3", "ALL-14", "TX-7")
def test_what_could_not_be_marked_comes_once_more_under_the_same_message_id(deployed: Deployed) -> None:
    body = webhook()
    with _without(deployed.environment, "transaction-router", "dynamodb:UpdateItem"):
        assert deployed.provider.post(body).status == 202
        deployed.inbox.wait_for([body["event_id"]])
        # The stream must not retry it: while nothing can be marked that would be a copy a try.
        deployed.inbox.settle(2)
        assert len(deployed.inbox.of([body["event_id"]])) == 1
    _grow_old(deployed.environment, body["event_id"])
    assert deployed.sweep() == {"routed": 1, "complete": True}
    deployed.inbox.settle()
    copies = deployed.inbox.of([body["event_id"]])
    assert [(copy.text, copy.attributes["message_id"]) for copy in copies] == [(copies[0].text, body["event_id"])] * 2
    assert deployed.sweep() == {"routed": 0, "complete": True}


def _table(environment: Environment) -> dict[str, str]:
    return {"TableName": environment.named("transaction-events")}


def _failure_record(environment: Environment) -> dict[str, Any]:
    """What the mapping said of a batch that it gave up."""
    sqs = environment.client("sqs")
    url = sqs.get_queue_url(QueueName=environment.named("transaction-router-stream-dlq"))["QueueUrl"]
    (message,) = sqs.receive_message(QueueUrl=url, WaitTimeSeconds=20)["Messages"]
    sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    return json.loads(message["Body"])


def _grow_old(environment: Environment, event_id: str) -> None:
    """Old enough for the sweep, and claimed once, so that the stream leaves it alone."""
    then = (datetime.now(UTC) - timedelta(minutes=8)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    environment.client("dynamodb").update_item(
        **_table(environment),
        Key={"event_id": {"S": event_id}},
        UpdateExpression="SET received_at = :then, claimed_until = :past",
        ConditionExpression="attribute_exists(unrouted)",
        ExpressionAttributeValues={":then": {"S": then}, ":past": {"N": "1"}},
    )


@contextmanager
def _without(environment: Environment, role: str, action: str, resource: str = "") -> Generator[None]:
    """The role without the one statement that allows an action on a resource of that name."""
    iam = environment.client("iam")
    named = environment.named(role)
    (name,) = iam.list_role_policies(RoleName=named)["PolicyNames"]
    policy = {"RoleName": named, "PolicyName": name}
    document: dict[str, Any] = iam.get_role_policy(**policy)["PolicyDocument"]
    suffixed = environment.named(resource) if resource else ""
    kept = [one for one in document["Statement"] if not (action in one["Action"] and suffixed in str(one["Resource"]))]
    assert len(kept) == len(document["Statement"]) - 1
    iam.put_role_policy(**policy, PolicyDocument=json.dumps({**document, "Statement": kept}))
    try:
        yield
    finally:
        iam.put_role_policy(**policy, PolicyDocument=json.dumps(document))
