"""What an emulator that is killed keeps: everything it acknowledged."""

import json
import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path

import pytest
from botocore.exceptions import BotoCoreError

from local.emulator import Endpoint, start, stop
from tests.local.emulator.cloud import TRUST, Cloud


def _fill(cloud: Cloud) -> str:
    """Some of everything; answers the queue's URL."""
    cloud.client("dynamodb").create_table(
        TableName="events",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
    )
    for number in range(20):
        cloud.client("dynamodb").put_item(TableName="events", Item={"id": {"S": str(number)}})
    cloud.client("ssm").put_parameter(Name="/secret", Type="SecureString", Value="kept")
    key = cloud.client("kms").create_key()["KeyMetadata"]["KeyId"]
    cloud.client("kms").create_alias(AliasName="alias/kept", TargetKeyId=key)
    api = cloud.client("apigateway").create_rest_api(name="api")["id"]
    root = cloud.client("apigateway").get_resources(restApiId=api)["items"][0]["id"]
    cloud.client("apigateway").create_resource(restApiId=api, parentId=root, pathPart="webhook")
    cloud.client("iam").create_role(RoleName="kept", AssumeRolePolicyDocument=json.dumps(TRUST))
    cloud.client("s3").create_bucket(Bucket="kept")
    cloud.client("s3").put_object(Bucket="kept", Key="object", Body=b"content")
    url, _ = cloud.queue()
    cloud.client("sqs").send_message(QueueUrl=url, MessageBody='"kept"')
    return url


def _check(cloud: Cloud, function: str, url: str) -> None:
    assert cloud.client("dynamodb").scan(TableName="events")["Count"] == 20
    assert cloud.client("ssm").get_parameter(Name="/secret", WithDecryption=True)["Parameter"]["Value"] == "kept"
    assert cloud.client("kms").describe_key(KeyId="alias/kept")["KeyMetadata"]["KeyState"] == "Enabled"
    api = cloud.client("apigateway").get_rest_apis()["items"][0]["id"]
    paths = {item["path"] for item in cloud.client("apigateway").get_resources(restApiId=api)["items"]}
    assert paths == {"/", "/webhook"}
    assert cloud.client("iam").get_role(RoleName="kept")
    assert cloud.client("s3").get_object(Bucket="kept", Key="object")["Body"].read() == b"content"
    assert cloud.messages(url) == ["kept"]
    assert cloud.invoke(function) == ("kept", None)


def test_a_clean_stop_keeps_everything(state: Path, endpoint: Endpoint) -> None:
    cloud = Cloud(endpoint)
    function = cloud.function("def handler(event, context): return 'kept'")
    url = _fill(cloud)
    stop(state)
    start(state)
    _check(cloud, function, url)


def test_a_kill_right_after_the_last_answer_keeps_everything(state: Path, endpoint: Endpoint) -> None:
    cloud = Cloud(endpoint)
    function = cloud.function("def handler(event, context): return 'kept'")
    url = _fill(cloud)
    os.kill(endpoint.pid, signal.SIGKILL)
    start(state)
    _check(cloud, function, url)


def test_an_api_survives_a_kill_right_after_its_answer(state: Path, endpoint: Endpoint) -> None:
    made = Cloud(endpoint).client("apigateway").create_rest_api(name="last")["id"]
    os.kill(endpoint.pid, signal.SIGKILL)
    assert Cloud(start(state)).client("apigateway").get_rest_api(restApiId=made)["name"] == "last"


def test_a_table_that_only_the_standard_library_can_encode_survives_a_kill(state: Path, endpoint: Endpoint) -> None:
    capacity = {"ReadCapacityUnits": 2**64, "WriteCapacityUnits": 1}
    Cloud(endpoint).client("dynamodb").create_table(
        TableName="events",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        ProvisionedThroughput=capacity,
    )
    Cloud(endpoint).client("dynamodb").put_item(TableName="events", Item={"id": {"S": "last"}})
    os.kill(endpoint.pid, signal.SIGKILL)
    assert Cloud(start(state)).client("dynamodb").scan(TableName="events")["Items"] == [{"id": {"S": "last"}}]


def test_what_a_handler_wrote_survives_a_kill(state: Path, endpoint: Endpoint) -> None:
    cloud = Cloud(endpoint)
    url, arn = cloud.queue()
    sender = cloud.function(
        f"import boto3\ndef handler(*_): boto3.client('sqs').send_message(QueueUrl='{url}', MessageBody='1')",
        role=cloud.role({"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": arn}),
        Timeout=20,
    )
    assert cloud.invoke(sender) == (None, None)
    os.kill(endpoint.pid, signal.SIGKILL)
    start(state)
    assert cloud.messages(url) == [1]


@pytest.mark.parametrize(("batches", "body"), [(100, "x" * 400), (4, "é" * 150_000)], ids=["1 MB", "30 MB"])
def test_what_was_answered_to_many_at_once_survives_a_kill_however_much_there_is_already(
    state: Path, endpoint: Endpoint, batches: int, body: str
) -> None:
    cloud = Cloud(endpoint)
    _fill(cloud)
    table = cloud.client("dynamodb")
    for batch in range(batches):
        puts = [{"PutRequest": {"Item": _item(f"old-{batch}-{number}", body)}} for number in range(25)]
        table.batch_write_item(RequestItems={"events": puts})
    answered: list[str] = []

    def write(writer: int) -> None:
        for number in count():
            id_ = f"{writer}-{number}"
            try:
                table.put_item(TableName="events", Item=_item(id_, "new"))
            except BotoCoreError:
                return
            answered.append(id_)

    with ThreadPoolExecutor(4) as writers:
        for writer in range(4):
            writers.submit(write, writer)
        time.sleep(1)
        os.kill(endpoint.pid, signal.SIGKILL)
    pages = (
        Cloud(start(state))
        .client("dynamodb")
        .get_paginator("scan")
        .paginate(TableName="events", ProjectionExpression="id")
    )
    kept = {item["id"]["S"] for page in pages for item in page["Items"]}
    assert answered
    assert set(answered) - kept == set()


def _item(id_: str, body: str) -> dict[str, dict[str, str]]:
    return {"id": {"S": id_}, "body": {"S": body}}
