"""The queue by which ingestion hands an object on to its own next invocation."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from services.common.json_body import json_text
from services.market_data.source_objects import SourceObject

if TYPE_CHECKING:
    from mypy_boto3_sqs.client import SQSClient


class IngestionQueue:
    """Says which objects are to be read on; where, their checkpoints know."""

    def __init__(self, client: "SQSClient", url: str) -> None:
        self._client = client
        self._url = url

    def hand_on(self, source: SourceObject, delay_seconds: int = 0) -> None:
        """Has the object read on, so many seconds (900 at most) later; botocore's errors where that is not certain."""
        body = json_text({"key": source.key, "version_id": source.version_id})
        self._client.send_message(QueueUrl=self._url, MessageBody=body, DelaySeconds=delay_seconds)


def handed_on(body: Mapping[str, Any]) -> tuple[str, str]:
    """The key and the version in a message; KeyError for what is no such message."""
    return str(body["key"]), str(body["version_id"])
