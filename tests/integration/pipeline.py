"""Both ends of a deployed transactions pipeline, known by the environment's outputs alone."""

import hashlib
import hmac
import json
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from operations.pulumi_command import PulumiCommand

QUEUES = {"payment": "payments_queue", "refund": "refunds_queue", "dispute": "disputes_queue"}
PATIENCE = 30.0


@dataclass(frozen=True)
class Answer:
    """What the API said."""

    status: int
    body: Mapping[str, Any]


@dataclass(frozen=True)
class Message:
    """A message and the output key of its queue, less its ending."""

    queue: str
    text: str
    attributes: Mapping[str, str]


@dataclass(frozen=True)
class Pipeline:
    """Posts webhooks and takes their messages; what others wait for stays in the queues."""

    url: str
    secret: str = field(repr=False)
    sqs: Any
    queue_urls: Mapping[str, str]

    def post(self, body: Mapping[str, Any], *, secret: str | None = None, age: int = 0) -> Answer:
        """The answer to a body signed `age` seconds ago."""
        raw, timestamp = json.dumps(body).encode(), str(int(time.time()) - age)
        signed = hmac.new((secret or self.secret).encode(), timestamp.encode() + b"." + raw, hashlib.sha256)
        headers = {
            "Content-Type": "application/json",
            "X-Correlation-Id": f"integration-{body.get('event_id', 'none')}",
            "X-Webhook-Timestamp": timestamp,
            "X-Webhook-Signature": f"v1={signed.hexdigest()}",
        }
        request = urllib.request.Request(self.url, raw, headers, method="POST")  # noqa: S310 - the environment's own API
        try:
            with urllib.request.urlopen(request, timeout=35) as response:  # noqa: S310 - the same
                return Answer(response.status, json.loads(response.read()))
        except urllib.error.HTTPError as error:
            return Answer(error.code, json.loads(error.read()))

    def arrived(self, *event_ids: str, seconds: float = PATIENCE) -> list[Message]:
        """Messages of the events; the wait ends a little after the first, or after so many seconds without any."""
        found: list[Message] = []
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            news = [message for queue in self.queue_urls for message in self._take(queue, event_ids)]
            if news and not found:
                # A second copy would come soon after the first.
                end = min(end, time.monotonic() + 2)
            found += news
        return found

    def _take(self, queue: str, event_ids: Collection[str]) -> list[Message]:
        url = self.queue_urls[queue]
        # Long enough that another's message is received once here, for its third receive is its last.
        asked = {"MaxNumberOfMessages": 10, "VisibilityTimeout": 60, "MessageAttributeNames": ["All"]}
        found: list[Message] = []
        for message in self.sqs.receive_message(QueueUrl=url, **asked).get("Messages", []):
            if json.loads(message["Body"])["event_id"] in event_ids:
                self.sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
                given = message.get("MessageAttributes", {})
                attributes = {name: value["StringValue"] for name, value in given.items()}
                found.append(Message(queue, message["Body"], attributes))
        return found


def connect(pulumi: PulumiCommand) -> Pipeline:
    """The pipeline by the outputs of its layers."""
    url = f"{pulumi.outputs('api')['webhook_api_url']}/webhook"
    messaging = pulumi.outputs("messaging")
    urls = {queue: messaging[f"{queue}_url"] for queue in QUEUES.values()}
    parameter = pulumi.outputs("security")["webhook_secrets_parameter_name"]
    found = pulumi.target.client("ssm").get_parameter(Name=parameter, WithDecryption=True)
    secret = found["Parameter"]["Value"].splitlines()[0].strip()
    return Pipeline(url, secret, pulumi.target.client("sqs"), urls)


def webhook(**changes: Any) -> dict[str, Any]:
    """A webhook with an id of its own; a change to None leaves the field out."""
    body = {
        "event_id": f"integration-{uuid.uuid4()}",
        "transaction_type": "payment",
        "amount": "0.10",
        "timestamp": "2026-11-20T10:14:07+01:00",
    }
    return {name: value for name, value in (body | changes).items() if value is not None}
