"""A queue that hears a topic as long as an exercise lasts."""

import json
import uuid
from typing import Any


class TopicListener:
    """Subscribes a queue of its own to a topic."""

    def __init__(self, sqs: Any, sns: Any, topic: str) -> None:
        self._sqs, self._sns = sqs, sns
        self.url: str = sqs.create_queue(QueueName=f"iam-mutants-{uuid.uuid4().hex}")["QueueUrl"]
        asked = sqs.get_queue_attributes(QueueUrl=self.url, AttributeNames=["QueueArn"])
        arn = asked["Attributes"]["QueueArn"]
        listens = {
            "Effect": "Allow",
            "Principal": {"Service": "sns.amazonaws.com"},
            "Action": "sqs:SendMessage",
            "Resource": arn,
            "Condition": {"ArnEquals": {"aws:SourceArn": topic}},
        }
        policy = json.dumps({"Version": "2012-10-17", "Statement": [listens]})
        sqs.set_queue_attributes(QueueUrl=self.url, Attributes={"Policy": policy})
        made = sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn, ReturnSubscriptionArn=True)
        self._subscription = made["SubscriptionArn"]

    def close(self) -> None:
        """Nothing is left of it."""
        self._sns.unsubscribe(SubscriptionArn=self._subscription)
        self._sqs.delete_queue(QueueUrl=self.url)
