"""Each function's role: denied what it is not granted, and broken by the loss of a grant."""

import json
from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.end_to_end.deployed import Deployed
from tests.end_to_end.environment import Environment
from tests.end_to_end.payment_provider import webhook

KEY = {"event_id": {"S": "nobody"}}
Call = Callable[[Environment, Any], object]

# By role and service: what a function with this role would like to do, and must not.
FORBIDDEN: dict[str, tuple[str, str, Call]] = {
    "the validator sends": ("webhook-validator", "sqs", lambda e, c: c.send_message(**_message(e, "payments-queue"))),
    "the validator reads items": ("webhook-validator", "dynamodb", lambda e, c: c.get_item(**_table(e), Key=KEY)),
    "the validator updates items": ("webhook-validator", "dynamodb", lambda e, c: c.update_item(**_table(e), Key=KEY)),
    "the validator deletes items": ("webhook-validator", "dynamodb", lambda e, c: c.delete_item(**_table(e), Key=KEY)),
    "the validator writes the secret": (
        "webhook-validator",
        "ssm",
        lambda e, c: c.put_parameter(Name=f"/transactions/{e.named('webhook-secrets')}", Value="x", Overwrite=True),
    ),
    "the router reads the secret": (
        "transaction-router",
        "ssm",
        lambda e, c: c.get_parameter(Name=f"/transactions/{e.named('webhook-secrets')}"),
    ),
    "the router puts items": ("transaction-router", "dynamodb", lambda e, c: c.put_item(**_table(e), Item=KEY)),
    "the router scans": ("transaction-router", "dynamodb", lambda e, c: c.scan(**_table(e))),
    "the router deletes the table": ("transaction-router", "dynamodb", lambda e, c: c.delete_table(**_table(e))),
    "the router receives": (
        "transaction-router",
        "sqs",
        lambda e, c: c.receive_message(QueueUrl=_message(e, "payments-queue")["QueueUrl"]),
    ),
    "the router sends to a queue's DLQ": (
        "transaction-router",
        "sqs",
        lambda e, c: c.send_message(**_message(e, "payments-queue-dlq")),
    ),
    "the router invokes": (
        "transaction-router",
        "lambda",
        lambda e, c: c.invoke(FunctionName=e.named("webhook-validator")),
    ),
}


@pytest.mark.requirement("ALL-3")
@pytest.mark.parametrize("what", FORBIDDEN)
def test_a_role_is_denied_what_its_function_has_no_use_for(deployed: Deployed, what: str) -> None:
    role, service, call = FORBIDDEN[what]
    environment = deployed.environment
    with pytest.raises(ClientError) as refused:
        call(environment, environment.client(service, role))
    assert refused.value.response.get("Error", {}).get("Code") in {"AccessDenied", "AccessDeniedException"}


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
def test_a_mark_that_fails_repeats_the_message_under_the_same_message_id(deployed: Deployed) -> None:
    body = webhook()
    with _without(deployed.environment, "transaction-router", "dynamodb:UpdateItem"):
        assert deployed.provider.post(body).status == 202
        deployed.inbox.wait_for([body["event_id"]])
        deployed.inbox.settle(2)
    copies = deployed.inbox.of([body["event_id"]])
    assert len(copies) > 1
    assert {(copy.text, copy.attributes["message_id"]) for copy in copies} == {(copies[0].text, body["event_id"])}


def _table(environment: Environment) -> dict[str, str]:
    return {"TableName": environment.named("transaction-events")}


def _message(environment: Environment, queue: str) -> dict[str, str]:
    url = environment.client("sqs").get_queue_url(QueueName=environment.named(queue))["QueueUrl"]
    return {"QueueUrl": url, "MessageBody": "forged"}


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
