"""Gap: notifications of topics and buckets reach functions and queues only by their permission."""

import json
import uuid

import pytest

from tests.local.emulator.cloud import Cloud, eventually

LISTENS = "def handler(event, context):\n    print('CALL')\n    assert 'bad' not in str(event)"


class Notified:
    """A function, and the ARN of what notifies it, for which it may have a permission."""

    def __init__(self, cloud: Cloud, service: str, source: str, *, permitted: bool) -> None:
        self.cloud, client = cloud, cloud.client("lambda")
        self.name = cloud.function(LISTENS)
        if permitted:
            client.add_permission(FunctionName=self.name, StatementId="source", Action="lambda:InvokeFunction",
                                  Principal=f"{service}.amazonaws.com", SourceArn=source)  # fmt: skip
        self.arn = client.get_function_configuration(FunctionName=self.name)["FunctionArn"]

    def calls(self, at_least: int = 1, within_s: float = 20) -> int:
        def count() -> int:
            try:
                return self.cloud.log(self.name).count("CALL")
            except self.cloud.client("logs").exceptions.ResourceNotFoundException:
                return 0

        eventually(lambda: count() >= at_least, within_s)
        return count()


def _topic(cloud: Cloud) -> str:
    return cloud.client("sns").create_topic(Name=f"topic-{uuid.uuid4().hex[:8]}")["TopicArn"]


def _admit(cloud: Cloud, url: str, arn: str) -> None:
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "sns.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": arn,
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    cloud.client("sqs").set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})


def _subscribed(cloud: Cloud, *, permitted: bool) -> tuple[Notified, str]:
    """The function, and the URL of its subscription's dead-letter queue; one message was published."""
    topic, (url, arn) = _topic(cloud), cloud.queue()
    _admit(cloud, url, arn)
    function = Notified(cloud, "sns", topic, permitted=permitted)
    redrive = {"RedrivePolicy": json.dumps({"deadLetterTargetArn": arn})}
    sns = cloud.client("sns")
    sns.subscribe(TopicArn=topic, Protocol="lambda", Endpoint=function.arn, Attributes=redrive)
    sns.publish(TopicArn=topic, Message="bad" if permitted else "unheard")
    return function, url


def test_a_function_without_a_permission_hears_no_topic(cloud: Cloud, plain_cloud: Cloud) -> None:
    function, dead = _subscribed(cloud, permitted=False)
    assert [message["Message"] for message in cloud.messages(dead)] == ["unheard"]
    assert function.calls(within_s=0.5) == 0
    assert _subscribed(plain_cloud, permitted=False)[0].calls() == 1


def test_a_topic_calls_asynchronously_with_retries(cloud: Cloud, plain_cloud: Cloud) -> None:
    assert _subscribed(cloud, permitted=True)[0].calls(at_least=3) == 3
    assert _subscribed(plain_cloud, permitted=True)[0].calls(at_least=3, within_s=3) == 1


def test_a_queue_under_a_key_that_does_not_admit_sns_hears_no_topic(cloud: Cloud, plain_cloud: Cloud) -> None:
    def heard(of: Cloud) -> int:
        topic, (url, arn) = _topic(of), of.queue(KmsMasterKeyId="alias/aws/sqs")
        _admit(of, url, arn)
        of.client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
        of.client("sns").publish(TopicArn=topic, Message="hidden")
        return len(of.messages(url, within_s=1))

    assert (heard(cloud), heard(plain_cloud)) == (0, 1)


@pytest.mark.parametrize("permitted", [True, False])
def test_a_bucket_calls_a_function_by_its_permission(cloud: Cloud, plain_cloud: Cloud, permitted: bool) -> None:
    def calls(of: Cloud) -> int:
        name, s3 = f"bucket-{uuid.uuid4().hex[:8]}", of.client("s3")
        s3.create_bucket(Bucket=name)
        function = Notified(of, "s3", f"arn:aws:s3:::{name}", permitted=permitted)
        wanted = [{"LambdaFunctionArn": function.arn, "Events": ["s3:ObjectCreated:*"]}]
        s3.put_bucket_notification_configuration(
            Bucket=name, NotificationConfiguration={"LambdaFunctionConfigurations": wanted}
        )
        s3.put_object(Bucket=name, Key="key", Body=b"1")
        return function.calls(within_s=3)

    assert calls(cloud) == int(permitted)
    assert calls(plain_cloud) == 1
