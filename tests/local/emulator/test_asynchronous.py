"""Gap: asynchronous invocations are retried as configured, and their ends are told to destinations."""

import json
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config

from local.emulator import Endpoint, reset, start, stop
from local.emulator.state_folder import StateFolder
from tests.local.emulator.cloud import Cloud, eventually, package
from tests.local.emulator.metrics import total

ACTS = """
def handler(event, context):
    print("CALL " + context.aws_request_id)
    assert event["act"] != "fail", "refused"
    return {"done": event["act"]}
"""

SLOW = """
import time
def handler(event, context):
    print("CALL " + context.aws_request_id, flush=True)
    time.sleep(3)
    return {"done": event["act"]}
"""


class DestinedFunction:
    """A function whose ends go to two queues, if its role may send there."""

    def __init__(self, cloud: Cloud, *, may_send: bool = True, dead_letters: bool = False, **settings: Any) -> None:
        self.cloud, self.client = cloud, cloud.client("lambda")
        (self.good, good), (self.bad, bad), (self.dead, dead) = cloud.queue(), cloud.queue(), cloud.queue()
        send = {
            "Effect": "Allow",
            "Action": "sqs:SendMessage",
            "Resource": [good, bad, dead] if may_send else f"{bad}-other",
        }
        config = {"DeadLetterConfig": {"TargetArn": dead}} if dead_letters else {}
        self.name = cloud.function(ACTS, role=cloud.role(send), Timeout=10, **config)
        ends = {"OnSuccess": {"Destination": good}, "OnFailure": {"Destination": bad}}
        self.client.put_function_event_invoke_config(FunctionName=self.name, DestinationConfig=ends, **settings)

    def call(self, act: str) -> None:
        self.client.invoke(FunctionName=self.name, InvocationType="Event", Payload=json.dumps({"act": act}))

    def calls(self) -> list[str]:
        """The request ids of its invocations."""
        try:
            return [line[5:] for line in self.cloud.log(self.name) if line.startswith("CALL ")]
        except self.cloud.client("logs").exceptions.ResourceNotFoundException:
            return []


def test_a_success_is_told_with_its_response(cloud: Cloud, plain_cloud: Cloud) -> None:
    function = DestinedFunction(cloud)
    function.call("work")
    (record,) = cloud.messages(function.good)
    assert record["version"] == "1.0"
    context = record["requestContext"]
    assert (context["condition"], context["approximateInvokeCount"]) == ("Success", 1)
    assert context["functionArn"].endswith(f":function:{function.name}:$LATEST")
    assert [context["requestId"]] == function.calls()
    assert record["requestPayload"] == {"act": "work"}
    assert record["responseContext"] == {"statusCode": 200, "executedVersion": "$LATEST"}
    assert record["responsePayload"] == {"done": "work"}
    plain = DestinedFunction(plain_cloud)
    plain.call("work")
    assert plain_cloud.messages(plain.good, within_s=3) == []


def test_a_failure_is_retried_twice_under_one_request_id_and_then_told(cloud: Cloud) -> None:
    function = DestinedFunction(cloud)
    function.call("fail")
    (record,) = cloud.messages(function.bad)
    context = record["requestContext"]
    assert (context["condition"], context["approximateInvokeCount"]) == ("RetriesExhausted", 3)
    assert function.calls() == [context["requestId"]] * 3
    assert record["responseContext"]["functionError"] == "Unhandled"
    assert record["responsePayload"]["errorMessage"] == "refused"
    assert total(cloud, "AWS/Lambda", "AsyncEventsDropped", FunctionName=function.name) == 1


def _killed(state: Path, endpoint: Endpoint) -> None:
    os.kill(endpoint.pid, signal.SIGKILL)
    start(state)


def _stopped(state: Path, _: Endpoint) -> None:
    stop(state)
    start(state)


@pytest.mark.parametrize("end", [_killed, _stopped])
def test_an_event_that_waits_for_its_retry_outlives_the_emulator(
    state: Path, endpoint: Endpoint, end: Callable[[Path, Endpoint], None]
) -> None:
    function = DestinedFunction(Cloud(endpoint), MaximumRetryAttempts=1)
    function.call("fail")
    assert eventually(lambda: len(function.calls()) == 1)
    end(state, endpoint)
    (record,) = function.cloud.messages(function.bad)
    context = record["requestContext"]
    assert (context["condition"], context["approximateInvokeCount"]) == ("RetriesExhausted", 2)
    assert set(function.calls()) == {context["requestId"]}
    assert not list(StateFolder(state).waiting_events.iterdir())


@pytest.mark.parametrize("end", [_killed, _stopped])
def test_events_whose_function_runs_outlive_the_emulator(
    state: Path, endpoint: Endpoint, end: Callable[[Path, Endpoint], None]
) -> None:
    function = DestinedFunction(Cloud(endpoint))
    function.client.update_function_code(FunctionName=function.name, ZipFile=package(SLOW))
    # A last failure that is told nowhere is the quickest to be forgotten.
    config = function.client.get_function_event_invoke_config(FunctionName=function.name)["DestinationConfig"]
    function.client.put_function_event_invoke_config(
        FunctionName=function.name, DestinationConfig={"OnSuccess": config["OnSuccess"]}, MaximumRetryAttempts=0
    )
    for number in range(5):
        function.call(str(number))
    assert eventually(lambda: len(function.calls()) == 5)
    end(state, endpoint)
    assert {record["responsePayload"]["done"] for record in function.cloud.messages(function.good, 5)} == set("01234")


def test_a_reset_forgets_the_events_that_wait(state: Path, endpoint: Endpoint) -> None:
    function = DestinedFunction(Cloud(endpoint))
    function.call("fail")
    assert eventually(lambda: len(function.calls()) == 1)
    reset(state)
    assert not list(StateFolder(state).waiting_events.iterdir())


def test_retries_are_bounded_by_the_configuration(cloud: Cloud, plain_cloud: Cloud) -> None:
    def invocations(of: Cloud) -> tuple[int, int]:
        function = DestinedFunction(of, MaximumRetryAttempts=0)
        function.call("fail")
        (record,) = of.messages(function.bad)
        return len(function.calls()), record["requestContext"]["approximateInvokeCount"]

    assert invocations(cloud) == (1, 1)
    assert invocations(plain_cloud) == (1, 3)


def test_an_event_that_is_throttled_for_too_long_is_told(cloud: Cloud) -> None:
    function = DestinedFunction(cloud)
    function.client.put_function_concurrency(FunctionName=function.name, ReservedConcurrentExecutions=1)
    ends = function.client.get_function_event_invoke_config(FunctionName=function.name)["DestinationConfig"]
    # AWS allows no age below a minute, and botocore knows.
    unchecked = boto3.client("lambda", endpoint_url=cloud.endpoint.url, region_name="us-east-1",
                             aws_access_key_id="test", aws_secret_access_key="test",
                             config=Config(parameter_validation=False))  # fmt: skip
    unchecked.put_function_event_invoke_config(
        FunctionName=function.name, DestinationConfig=ends, MaximumEventAgeInSeconds=1
    )
    function.client.update_function_code(
        FunctionName=function.name, ZipFile=package("import time\ndef handler(event, context): time.sleep(5)")
    )
    function.call("occupy")
    time.sleep(1)
    function.call("wait")
    (record,) = cloud.messages(function.bad)
    assert record["requestContext"]["condition"] == "EventAgeExceeded"
    assert record["requestContext"]["approximateInvokeCount"] == 0
    assert record["requestPayload"] == {"act": "wait"}
    assert "responsePayload" not in record


def test_a_throttle_takes_no_retry(cloud: Cloud, plain_cloud: Cloud) -> None:
    def ends(of: Cloud) -> list[Any]:
        function = DestinedFunction(of, MaximumRetryAttempts=0)
        function.client.put_function_concurrency(FunctionName=function.name, ReservedConcurrentExecutions=1)
        for _ in range(4):
            function.call("work")
        eventually(lambda: len(function.calls()) == 4, within_s=5)
        return [len(function.calls()), of.messages(function.bad, within_s=0.5)]

    assert ends(cloud) == [4, []]
    assert ends(plain_cloud) != [4, []]


def test_without_any_concurrency_events_go_to_the_destination_at_once(cloud: Cloud) -> None:
    function = DestinedFunction(cloud)
    function.client.put_function_concurrency(FunctionName=function.name, ReservedConcurrentExecutions=0)
    function.call("work")
    (record,) = cloud.messages(function.bad)
    assert record["requestPayload"] == {"act": "work"}
    assert function.calls() == []


def test_a_role_that_may_not_send_tells_nothing(cloud: Cloud, plain_cloud: Cloud) -> None:
    function = DestinedFunction(cloud, may_send=False, MaximumRetryAttempts=0)
    function.call("fail")
    failures = ("AWS/Lambda", "DestinationDeliveryFailures")
    assert eventually(lambda: total(cloud, *failures, FunctionName=function.name) == 1)
    assert cloud.messages(function.bad, within_s=0.5) == []
    plain = DestinedFunction(plain_cloud, may_send=False, MaximumRetryAttempts=0)
    plain.call("fail")
    assert len(plain_cloud.messages(plain.bad)) == 1


def test_a_dead_letter_queue_gets_the_event_itself(cloud: Cloud) -> None:
    function = DestinedFunction(cloud, dead_letters=True, MaximumRetryAttempts=0)
    function.call("fail")
    sqs = cloud.client("sqs")
    found: list[Any] = []
    assert eventually(
        lambda: bool(found.extend(sqs.receive_message(QueueUrl=function.dead, MessageAttributeNames=["All"])
                                  .get("Messages", [])) or found)
    )  # fmt: skip
    attributes = {name: value["StringValue"] for name, value in found[0]["MessageAttributes"].items()}
    assert json.loads(found[0]["Body"]) == {"act": "fail"}
    assert attributes == {"RequestID": function.calls()[0], "ErrorCode": "200", "ErrorMessage": "refused"}


@pytest.mark.parametrize("may_publish", [True, False])
def test_a_success_is_published_to_a_topic_with_the_roles_right(cloud: Cloud, may_publish: bool) -> None:
    sns, (url, arn) = cloud.client("sns"), cloud.queue()
    topic = sns.create_topic(Name=arn.rpartition(":")[2])["TopicArn"]
    admits = {"Effect": "Allow", "Principal": {"Service": "sns.amazonaws.com"}, "Action": "sqs:SendMessage",
              "Resource": arn}  # fmt: skip
    policy = json.dumps({"Version": "2012-10-17", "Statement": [admits]})
    cloud.client("sqs").set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn, Attributes={"RawMessageDelivery": "true"})
    publish = {"Effect": "Allow", "Action": "sns:Publish", "Resource": topic if may_publish else f"{topic}-other"}
    name = cloud.function(ACTS, role=cloud.role(publish), Timeout=10)
    client = cloud.client("lambda")
    ends = {"OnSuccess": {"Destination": topic}}
    client.put_function_event_invoke_config(FunctionName=name, DestinationConfig=ends)
    client.invoke(FunctionName=name, InvocationType="Event", Payload='{"act": "work"}')
    records = cloud.messages(url, within_s=20 if may_publish else 2)
    assert [record["responsePayload"] for record in records] == ([{"done": "work"}] if may_publish else [])
