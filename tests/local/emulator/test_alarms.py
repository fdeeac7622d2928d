"""Gap: alarms look at their own metric on a timer, and tell their topics as far as policies and keys let them."""

import json
import uuid
from typing import Any

from tests.local.emulator.cloud import Cloud, eventually

ACCOUNT = "000000000000"
FAILS = "def handler(event, context): raise ValueError"


class WatchedTopic:
    """A topic with its own key and policy, a queue that hears it, and alarms that speak to it."""

    def __init__(
        self, cloud: Cloud, *, key_admits: bool = True, topic_admits: bool = True, tls_only: bool = False
    ) -> None:
        self.cloud, self.cloudwatch = cloud, cloud.client("cloudwatch")
        sns = cloud.client("sns")
        self.arn: str = sns.create_topic(Name=f"topic-{uuid.uuid4().hex[:8]}")["TopicArn"]
        sns.set_topic_attributes(
            TopicArn=self.arn, AttributeName="KmsMasterKeyId", AttributeValue=self._key(key_admits)
        )
        publish = _allow("sns:Publish", self.arn, "cloudwatch.amazonaws.com" if topic_admits else "s3.amazonaws.com")
        publish["Statement"] += [_tls_only("sns:Publish", self.arn)] if tls_only else []
        sns.set_topic_attributes(TopicArn=self.arn, AttributeName="Policy", AttributeValue=json.dumps(publish))
        self.queue, queue_arn = cloud.queue()
        send = _allow("sqs:SendMessage", queue_arn, "sns.amazonaws.com")
        send["Statement"] += [_tls_only("sqs:SendMessage", queue_arn)] if tls_only else []
        cloud.client("sqs").set_queue_attributes(QueueUrl=self.queue, Attributes={"Policy": json.dumps(send)})
        raw = {"RawMessageDelivery": "true"}
        sns.subscribe(TopicArn=self.arn, Protocol="sqs", Endpoint=queue_arn, Attributes=raw)

    def alarm(self, namespace: str, name: str, statistic: str, **dimensions: str) -> str:
        """Rings above zero for a minute; without data all is well."""
        self.alarm_name = f"alarm-{uuid.uuid4().hex[:8]}"
        self.cloudwatch.put_metric_alarm(
            AlarmName=self.alarm_name, AlarmDescription="Something failed", Namespace=namespace, MetricName=name,
            Dimensions=[{"Name": key, "Value": value} for key, value in dimensions.items()], Statistic=statistic,
            Period=60, EvaluationPeriods=1, Threshold=0, ComparisonOperator="GreaterThanThreshold",
            TreatMissingData="notBreaching", AlarmActions=[self.arn],
        )  # fmt: skip
        return self.alarm_name

    def state(self) -> str:
        return self.cloudwatch.describe_alarms(AlarmNames=[self.alarm_name])["MetricAlarms"][0]["StateValue"]

    def _key(self, admits: bool) -> str:
        service = "cloudwatch.amazonaws.com" if admits else "s3.amazonaws.com"
        policy = _allow(["kms:Decrypt", "kms:GenerateDataKey*"], "*", service)
        owner = {
            "Effect": "Allow",
            "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"},
            "Action": "kms:*",
            "Resource": "*",
        }
        policy["Statement"].append(owner)
        return self.cloud.client("kms").create_key(Policy=json.dumps(policy))["KeyMetadata"]["KeyId"]


def _allow(action: str | list[str], resource: str, service: str) -> dict[str, Any]:
    statement = {
        "Effect": "Allow", "Principal": {"Service": service}, "Action": action, "Resource": resource,
        "Condition": {"StringEquals": {"aws:SourceAccount": ACCOUNT}},
    }  # fmt: skip
    return {"Version": "2012-10-17", "Statement": [statement]}


def _tls_only(action: str, resource: str) -> dict[str, Any]:
    return {
        "Effect": "Deny",
        "Principal": "*",
        "Action": action,
        "Resource": resource,
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }


def test_an_error_of_a_function_rings_and_the_topic_hears_of_it(cloud: Cloud) -> None:
    topic, function = WatchedTopic(cloud), cloud.function(FAILS)
    name = topic.alarm("AWS/Lambda", "Errors", "Sum", FunctionName=function)
    assert topic.state() == "OK"
    cloud.invoke(function)
    (message,) = cloud.messages(topic.queue)
    assert (message["AlarmName"], message["OldStateValue"], message["NewStateValue"]) == (name, "OK", "ALARM")
    assert message["AlarmDescription"] == "Something failed"
    assert message["AWSAccountId"] == ACCOUNT
    assert message["Region"] == "US East (N. Virginia)"
    assert message["AlarmArn"].endswith(f":alarm:{name}")
    assert message["AlarmActions"] == [topic.arn]
    assert message["NewStateReason"].startswith("Threshold Crossed: 1 out of the last 1 datapoints")
    trigger = message["Trigger"]
    assert trigger["Dimensions"] == [{"value": function, "name": "FunctionName"}]
    assert (trigger["Statistic"], trigger["TreatMissingData"], trigger["Period"]) == ("SUM", "notBreaching", 60)


def test_a_message_in_a_queue_rings_without_anybody_asking(cloud: Cloud, plain_cloud: Cloud) -> None:
    def heard(of: Cloud) -> list[Any]:
        topic, (url, _) = WatchedTopic(of), of.queue()
        topic.alarm("AWS/SQS", "ApproximateNumberOfMessagesVisible", "Maximum", QueueName=url.rpartition("/")[2])
        of.client("sqs").send_message(QueueUrl=url, MessageBody="dead")
        return [message["NewStateValue"] for message in of.messages(topic.queue, within_s=4)]

    assert heard(cloud) == ["ALARM"]
    assert heard(plain_cloud) == []


def test_the_timer_speaks_to_a_topic_and_a_queue_that_ask_for_tls(cloud: Cloud) -> None:
    topic, (url, _) = WatchedTopic(cloud, tls_only=True), cloud.queue()
    topic.alarm("AWS/SQS", "ApproximateNumberOfMessagesVisible", "Maximum", QueueName=url.rpartition("/")[2])
    cloud.client("sqs").send_message(QueueUrl=url, MessageBody="dead")
    assert [message["NewStateValue"] for message in cloud.messages(topic.queue, within_s=5)] == ["ALARM"]


def test_an_alarm_sees_its_own_dimensions_only(cloud: Cloud, plain_cloud: Cloud) -> None:
    def state(of: Cloud) -> str:
        topic, space = WatchedTopic(of), f"space-{uuid.uuid4().hex[:8]}"
        topic.alarm(space, "failures", "Sum", service="quiet")
        other = {"MetricName": "failures", "Value": 5, "Dimensions": [{"Name": "service", "Value": "loud"}]}
        of.client("cloudwatch").put_metric_data(Namespace=space, MetricData=[other])
        return topic.state()

    assert state(cloud) == "OK"
    assert state(plain_cloud) == "ALARM"


def test_a_topic_whose_key_or_policy_does_not_admit_cloudwatch_hears_nothing(cloud: Cloud, plain_cloud: Cloud) -> None:
    def heard(topic: WatchedTopic) -> list[Any]:
        function = topic.cloud.function(FAILS)
        topic.alarm("AWS/Lambda", "Errors", "Sum", FunctionName=function)
        topic.cloud.invoke(function)
        topic.cloudwatch.put_metric_data(Namespace="any", MetricData=[{"MetricName": "any", "Value": 1}])
        assert eventually(lambda: topic.state() == "ALARM")
        return topic.cloud.messages(topic.queue, within_s=1)

    for admits in ({"key_admits": False}, {"topic_admits": False}):
        topic = WatchedTopic(cloud, **admits)
        assert heard(topic) == []
        history = topic.cloudwatch.describe_alarm_history(AlarmName=topic.alarm_name, HistoryItemType="Action")
        (item,) = history["AlarmHistoryItems"]
        assert "Failed to execute action" in item["HistorySummary"]
        assert heard(WatchedTopic(plain_cloud, **admits)) != []
