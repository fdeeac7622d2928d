"""Gaps: policies that ask for TLS admit calls over loopback, and queue mappings read with the role's rights."""

import json
from typing import Any

from tests.local.emulator.cloud import Cloud, eventually

SENDS = "import boto3\ndef handler(event, context): boto3.client('sqs').send_message(QueueUrl=event, MessageBody='1')"


def _tls_only_queue(cloud: Cloud) -> tuple[str, str]:
    url, arn = cloud.queue()
    statement = {
        "Effect": "Deny", "Principal": "*", "Action": "sqs:*", "Resource": arn,
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }  # fmt: skip
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    cloud.client("sqs").set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
    return url, arn


def _send(cloud: Cloud) -> str | None:
    url, arn = _tls_only_queue(cloud)
    role = cloud.role({"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": arn})
    return cloud.invoke(cloud.function(SENDS, role=role, Timeout=20), url)[1]


def test_a_tls_only_queue_takes_a_functions_message(cloud: Cloud, plain_cloud: Cloud) -> None:
    assert _send(cloud) is None
    assert _send(plain_cloud) == "Unhandled"


def _consumer(cloud: Cloud, code: str, *actions: str, **mapping: Any) -> tuple[str, str]:
    url, arn = cloud.queue(VisibilityTimeout="1")
    rights = {"Effect": "Allow", "Action": [f"sqs:{action}" for action in actions], "Resource": arn}
    function = cloud.function(code, role=cloud.role(rights), Timeout=1)
    cloud.client("lambda").create_event_source_mapping(FunctionName=function, EventSourceArn=arn, **mapping)
    cloud.client("sqs").send_message(QueueUrl=url, MessageBody='"sent"')
    return url, function


def test_a_queue_is_read_only_with_the_roles_rights(cloud: Cloud, plain_cloud: Cloud) -> None:
    takes = "def handler(event, context): pass"
    url, _ = _consumer(cloud, takes, "ReceiveMessage", "GetQueueAttributes")
    assert cloud.messages(url, within_s=3) == ["sent"]
    plain_url, _ = _consumer(plain_cloud, takes, "GetQueueAttributes")
    assert plain_cloud.messages(plain_url, within_s=3) == []
    url, _ = _consumer(cloud, takes, "ReceiveMessage", "GetQueueAttributes", "DeleteMessage")
    assert cloud.messages(url, within_s=4) == []


def test_an_unknown_message_id_in_a_partial_response_fails_the_batch(cloud: Cloud, plain_cloud: Cloud) -> None:
    code = "def handler(event, context): print('CALL'); return {'batchItemFailures': [{'itemIdentifier': 'unknown'}]}"
    every = ("ReceiveMessage", "GetQueueAttributes", "DeleteMessage")
    settings: dict[str, Any] = {"FunctionResponseTypes": ["ReportBatchItemFailures"]}
    _, function = _consumer(cloud, code, *every, **settings)
    _, plain = _consumer(plain_cloud, code, *every, **settings)
    assert eventually(lambda: cloud.log(function).count("CALL") > 1)
    assert eventually(lambda: plain_cloud.log(plain).count("CALL") == 1)
