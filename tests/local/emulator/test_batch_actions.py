"""Gap: batch calls are authorised as the single calls that they are made of."""

from tests.local.emulator.cloud import Cloud

SENDS = """
import boto3
def handler(event, context):
    boto3.client('sqs').send_message_batch(QueueUrl=event, Entries=[{'Id': '1', 'MessageBody': 'sent'}])
"""


def _send(cloud: Cloud, action: str) -> str | None:
    url, arn = cloud.queue()
    role = cloud.role({"Effect": "Allow", "Action": action, "Resource": arn})
    return cloud.invoke(cloud.function(SENDS, role=role, Timeout=20), url)[1]


def test_the_right_to_send_is_enough_for_a_batch(cloud: Cloud, plain_cloud: Cloud) -> None:
    assert _send(cloud, "sqs:SendMessage") is None
    assert _send(plain_cloud, "sqs:SendMessage") == "Unhandled"


def test_an_action_that_iam_does_not_know_grants_nothing(cloud: Cloud) -> None:
    assert _send(cloud, "sqs:SendMessageBatch") == "Unhandled"
