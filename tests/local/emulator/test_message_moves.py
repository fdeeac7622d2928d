"""Gap: message move tasks."""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.local.emulator.cloud import Cloud, eventually


class Redriven:
    """A queue with its dead-letter queue, in which a few letters lie that came from it."""

    def __init__(self, cloud: Cloud, letters: int) -> None:
        self.cloud = cloud
        self.sqs = cloud.client("sqs")
        self.dead_url, self.dead_arn = cloud.queue()
        policy = json.dumps({"deadLetterTargetArn": self.dead_arn, "maxReceiveCount": 1})
        self.url, self.arn = cloud.queue(RedrivePolicy=policy, VisibilityTimeout="0")
        self.ids = [self._letter(number) for number in range(letters)]

    def start(self, **asked: Any) -> str:
        return self.sqs.start_message_move_task(SourceArn=self.dead_arn, **asked)["TaskHandle"]

    def tasks(self) -> list[dict[str, Any]]:
        return self.sqs.list_message_move_tasks(SourceArn=self.dead_arn, MaxResults=10)["Results"]

    def ends(self) -> dict[str, Any]:
        assert eventually(lambda: self.tasks()[0]["Status"] != "RUNNING")
        return self.tasks()[0]

    def depth(self, url: str) -> int:
        found = self.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["ApproximateNumberOfMessages"])
        return int(found["Attributes"]["ApproximateNumberOfMessages"])

    def _letter(self, number: int) -> str:
        kind = {"kind": {"DataType": "String", "StringValue": "letter"}}
        sent = self.sqs.send_message(QueueUrl=self.url, MessageBody=str(number), MessageAttributes=kind)
        for _ in range(2):
            self.sqs.receive_message(QueueUrl=self.url)
        return sent["MessageId"]


def test_letters_go_back_where_they_came_from_as_new_messages_with_all_that_they_say(cloud: Cloud) -> None:
    redriven = Redriven(cloud, letters=3)
    assert (redriven.depth(redriven.url), redriven.depth(redriven.dead_url)) == (0, 3)
    handle = redriven.start(MaxNumberOfMessagesPerSecond=100)
    ended = redriven.ends()
    assert handle
    assert (ended["Status"], ended["ApproximateNumberOfMessagesMoved"], ended["ApproximateNumberOfMessagesToMove"]) == (
        "COMPLETED",
        3,
        3,
    )
    # A handle is for cancelling, and there is nothing to cancel.
    assert "TaskHandle" not in ended
    asked = {"MaxNumberOfMessages": 10, "MessageAttributeNames": ["All"], "AttributeNames": ["All"]}
    found = redriven.sqs.receive_message(QueueUrl=redriven.url, VisibilityTimeout=30, **asked)["Messages"]
    assert sorted(message["Body"] for message in found) == ["0", "1", "2"]
    assert {message["MessageAttributes"]["kind"]["StringValue"] for message in found} == {"letter"}
    assert {message["Attributes"]["ApproximateReceiveCount"] for message in found} == {"1"}
    assert not {message["MessageId"] for message in found} & set(redriven.ids)
    assert redriven.depth(redriven.dead_url) == 0


def test_a_task_keeps_to_its_rate_and_can_be_cancelled(cloud: Cloud) -> None:
    redriven = Redriven(cloud, letters=5)
    handle = redriven.start(MaxNumberOfMessagesPerSecond=1, DestinationArn=redriven.arn)
    (running,) = redriven.tasks()
    assert (running["Status"], running["TaskHandle"]) == ("RUNNING", handle)
    with pytest.raises(ClientError, match="UnsupportedOperation"):
        redriven.start()
    assert redriven.sqs.cancel_message_move_task(TaskHandle=handle)["ApproximateNumberOfMessagesMoved"] < 5
    assert redriven.ends()["Status"] == "CANCELLED"
    assert redriven.depth(redriven.url) + redriven.depth(redriven.dead_url) == 5
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        redriven.sqs.cancel_message_move_task(TaskHandle=handle)
    redriven.start(MaxNumberOfMessagesPerSecond=500)
    assert redriven.ends()["Status"] == "COMPLETED"
    assert [task["Status"] for task in redriven.tasks()] == ["COMPLETED", "CANCELLED"]


def test_what_comes_meanwhile_and_what_someone_holds_stays(cloud: Cloud) -> None:
    redriven = Redriven(cloud, letters=3)
    redriven.sqs.receive_message(QueueUrl=redriven.dead_url, MaxNumberOfMessages=1, VisibilityTimeout=60)
    redriven.start(MaxNumberOfMessagesPerSecond=500)
    assert redriven.ends()["ApproximateNumberOfMessagesMoved"] == 2
    redriven = Redriven(cloud, letters=2)
    redriven.start(MaxNumberOfMessagesPerSecond=2)
    redriven.sqs.send_message(QueueUrl=redriven.dead_url, MessageBody="late")
    assert redriven.ends()["ApproximateNumberOfMessagesMoved"] == 2
    assert redriven.depth(redriven.dead_url) == 1


def test_only_dead_letters_of_queues_are_moved_and_at_most_500_a_second(cloud: Cloud) -> None:
    redriven = Redriven(cloud, letters=1)
    with pytest.raises(ClientError, match="dead-letter queue"):
        redriven.sqs.start_message_move_task(SourceArn=redriven.arn)
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        redriven.sqs.start_message_move_task(SourceArn=f"{redriven.arn}-other")
    with pytest.raises(ClientError, match="1 to 500"):
        redriven.start(MaxNumberOfMessagesPerSecond=501)


def test_a_task_whose_destination_goes_fails_and_leaves_the_rest(cloud: Cloud) -> None:
    redriven = Redriven(cloud, letters=3)
    url, arn = cloud.queue()
    redriven.start(MaxNumberOfMessagesPerSecond=1, DestinationArn=arn)
    redriven.sqs.delete_queue(QueueUrl=url)
    failed = redriven.ends()
    assert (failed["Status"], failed["FailureReason"]) == ("FAILED", "ResourceNotFoundException")
    assert redriven.depth(redriven.dead_url) >= 2


def test_the_emulator_itself_moves_nothing(plain_cloud: Cloud) -> None:
    with pytest.raises(ClientError, match="InvalidAction"):
        Redriven(plain_cloud, letters=1).start()
