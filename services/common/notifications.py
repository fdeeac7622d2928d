"""Notifications and the SNS topic that they are published to."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from services.common.batches import batches
from services.common.json_body import json_text
from services.common.telemetry import logger

if TYPE_CHECKING:
    from mypy_boto3_sns.client import SNSClient
    from mypy_boto3_sns.type_defs import PublishBatchRequestEntryTypeDef

# SNS takes 262,144 bytes a call; the rest is room for the attributes of ten messages.
MAX_BATCH_BYTES = 200_000


@dataclass(frozen=True)
class Notification:
    """A message for a topic, with the attributes by which subscriptions filter.

    `message_id` is equal in every copy and becomes an attribute, too. A `subject` heads an e-mail: ASCII, at most 100.
    `email` is what subscribers by e-mail read in the text's stead.
    """

    message_id: str
    text: str
    attributes: Mapping[str, str]
    subject: str | None = None
    email: str | None = None

    @property
    def message(self) -> str:
        """What SNS takes: the text, or, by protocol, the text and the e-mail."""
        return self.text if self.email is None else json_text({"default": self.text, "email": self.email})


class NotificationTopic:
    """Publishes notifications, in as few calls as SNS allows."""

    def __init__(self, client: "SNSClient", arn: str) -> None:
        self._client = client
        self._arn = arn

    def publish(self, notifications: Iterable[Notification]) -> set[str]:
        """The message ids of those that SNS confirmed; what failed is logged and left out."""
        return {
            message_id
            for batch in batches(
                notifications, lambda notification: len(notification.message.encode()), MAX_BATCH_BYTES
            )
            for message_id in self._publish(batch)
        }

    def _publish(self, batch: list[Notification]) -> list[str]:
        entries = [_entry(str(position), notification) for position, notification in enumerate(batch)]
        try:
            answer = self._client.publish_batch(TopicArn=self._arn, PublishBatchRequestEntries=entries)
        except (ClientError, BotoCoreError) as error:
            ids = [notification.message_id for notification in batch]
            logger.error("batch not published", extra={"reason": str(error), "message_ids": ids})
            return []
        for failed in answer.get("Failed", []):
            message_id = batch[int(failed["Id"])].message_id
            logger.error("notification not published", extra={"reason": failed["Code"], "message_id": message_id})
        return [batch[int(sent["Id"])].message_id for sent in answer.get("Successful", []) if "Id" in sent]


def _entry(entry_id: str, notification: Notification) -> "PublishBatchRequestEntryTypeDef":
    attributes = {"message_id": notification.message_id, **notification.attributes}
    entry: PublishBatchRequestEntryTypeDef = {
        "Id": entry_id,
        "Message": notification.message,
        "MessageAttributes": {name: {"DataType": "String", "StringValue": value} for name, value in attributes.items()},
    }
    if notification.subject is not None:
        entry["Subject"] = notification.subject
    if notification.email is not None:
        entry["MessageStructure"] = "json"
    return entry
