"""An account with queues, functions and a stream, as far as dead letters need them, in memory."""

import io
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, cast

from botocore.exceptions import ClientError

from operations.problem import OperationError
from operations.pulumi_command import PulumiCommand
from shared.model import System
from shared.naming import Naming
from tests.unit.shared import samples

NAMING = Naming(suffix="unit", region="us-east-1", account_id="123456789012")
NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)


def refusal(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": "no"}}, "Call")


@dataclass
class Waiting:
    """A message in a queue; `hidden_until` is by the account's own clock."""

    message_id: str
    body: str
    attributes: Mapping[str, Any]
    sent_at: float
    receives: int = 0
    hidden_until: float = 0
    handle: str = ""


@dataclass
class FakeSqs:
    """Standard queues with visibility timeouts."""

    now: float = NOW.timestamp()
    queues: dict[str, list[Waiting]] = field(default_factory=dict[str, list[Waiting]])
    moves: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    # What the next calls of that name raise.
    failing: dict[str, list[ClientError]] = field(default_factory=dict[str, list[ClientError]])
    hidden: list[int] = field(default_factory=list[int])
    seconds_a_call: float = 0.1
    sent: int = 0
    handles: int = 0

    def put(self, queue: str, body: object, age_s: float = 60, **attributes: str) -> str:
        """The id of a message that has lain there for a while."""
        messages = self.queues.setdefault(f"{queue}-unit", [])
        text = body if isinstance(body, str) else json.dumps(body)
        typed = {name: {"DataType": "String", "StringValue": value} for name, value in attributes.items()}
        self.sent += 1
        message_id = f"m{self.sent}-{queue}"
        messages.append(Waiting(message_id, text, typed, self.now - age_s))
        return message_id

    def ids(self, queue: str) -> list[str]:
        return [message.message_id for message in self.queues.get(f"{queue}-unit", [])]

    def visible(self, queue: str) -> list[str]:
        messages = self.queues.get(f"{queue}-unit", [])
        return [message.message_id for message in messages if message.hidden_until <= self.now]

    def get_queue_attributes(self, **asked: Any) -> dict[str, Any]:
        self._call("get_queue_attributes")
        messages = self._queue(asked["QueueUrl"])
        waiting = sum(message.hidden_until <= self.now for message in messages)
        counts = {
            "ApproximateNumberOfMessages": str(waiting),
            "ApproximateNumberOfMessagesNotVisible": str(len(messages) - waiting),
        }
        return {"Attributes": {name: counts[name] for name in asked["AttributeNames"]}}

    def receive_message(self, **asked: Any) -> dict[str, Any]:
        self._call("receive_message")
        named = ("MessageSystemAttributeNames", "MessageAttributeNames", "WaitTimeSeconds")
        assert [asked[name] for name in named] == [["All"], ["All"], 1]
        count, hidden_s = asked["MaxNumberOfMessages"], asked["VisibilityTimeout"]
        assert 1 <= count <= 10
        self.hidden.append(hidden_s)
        found = [message for message in self._queue(asked["QueueUrl"]) if message.hidden_until <= self.now]
        return {"Messages": [self._received(message, hidden_s) for message in found[:count]]}

    def _received(self, message: Waiting, hidden_s: int) -> dict[str, Any]:
        self.handles += 1
        message.handle, message.hidden_until = f"h{self.handles}", self.now + hidden_s
        message.receives += 1
        return {
            "MessageId": message.message_id,
            "ReceiptHandle": message.handle,
            "Body": message.body,
            "Attributes": {
                "SentTimestamp": str(int(message.sent_at * 1000)),
                "ApproximateReceiveCount": str(message.receives),
            },
            "MessageAttributes": message.attributes,
        }

    def change_message_visibility_batch(self, **asked: Any) -> dict[str, Any]:
        self._call("change_message_visibility_batch")
        assert 1 <= len(asked["Entries"]) <= 10
        for entry in asked["Entries"]:
            for message in self._queue(asked["QueueUrl"]):
                if message.handle == entry["ReceiptHandle"]:
                    message.hidden_until = self.now + entry["VisibilityTimeout"]
        return {}

    def delete_message(self, **asked: Any) -> None:
        self._call("delete_message")
        messages = self._queue(asked["QueueUrl"])
        messages[:] = [message for message in messages if message.handle != asked["ReceiptHandle"]]

    def send_message(self, **asked: Any) -> None:
        self._call("send_message")
        queue = self._queue(asked["QueueUrl"])
        queue.append(Waiting(f"new{len(queue)}", asked["MessageBody"], asked["MessageAttributes"], self.now))

    def start_message_move_task(self, **asked: Any) -> dict[str, Any]:
        self._call("start_message_move_task")
        source = self.queues[asked["SourceArn"].rpartition(":")[2]]
        task = {
            "TaskHandle": "task",
            "Status": "RUNNING",
            "ApproximateNumberOfMessagesMoved": 0,
            "ApproximateNumberOfMessagesToMove": len(source),
        }
        self.moves.insert(0, asked | task)
        return {"TaskHandle": "task"}

    def list_message_move_tasks(self, **asked: Any) -> dict[str, Any]:
        """Tells of the newest move, which has moved one message more at each look."""
        self._call("list_message_move_tasks")
        assert asked["MaxResults"] == 1
        found = [move for move in self.moves if move["SourceArn"] == asked["SourceArn"]][:1]
        told = [dict(move) for move in found]
        for move in found:
            if move["Status"] == "RUNNING":
                self._move_one(move)
        return {"Results": told}

    def cancel_message_move_task(self, **asked: Any) -> None:
        assert asked["TaskHandle"] == "task"
        self._call("cancel_message_move_task")
        self.moves[0]["Status"] = "CANCELLED"

    def _move_one(self, move: dict[str, Any]) -> None:
        source = self.queues[move["SourceArn"].rpartition(":")[2]]
        if source:
            self.queues.setdefault(move["DestinationArn"].rpartition(":")[2], []).append(source.pop(0))
            move["ApproximateNumberOfMessagesMoved"] += 1
        if not source:
            move["Status"] = "COMPLETED"

    def _queue(self, url: str) -> list[Waiting]:
        name = url.rpartition("/")[2]
        if name not in self.queues:
            raise refusal("AWS.SimpleQueueService.NonExistentQueue")
        return self.queues[name]

    def _call(self, name: str) -> None:
        self.now += self.seconds_a_call
        if self.failing.get(name):
            raise self.failing[name].pop(0)


@dataclass
class FakeLambda:
    """Functions that take what they are given; `answers` and `errors` are those of the next calls."""

    invoked: list[tuple[str, str, bytes]] = field(default_factory=list[tuple[str, str, bytes]])
    answers: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    errors: list[BaseException] = field(default_factory=list[BaseException])
    read_timeout: int = 60

    def invoke(self, **asked: Any) -> dict[str, Any]:
        if self.errors:
            raise self.errors.pop(0)
        self.invoked.append((asked["FunctionName"], asked.get("InvocationType", "RequestResponse"), asked["Payload"]))
        answer = self.answers.pop(0) if self.answers else {}
        failed = {"FunctionError": "Unhandled"} if "errorType" in answer else {}
        return {"Payload": io.BytesIO(json.dumps(answer or None).encode()), **failed}

    def payloads(self) -> list[Any]:
        return [json.loads(payload) for _, _, payload in self.invoked]


@dataclass
class FakeStreams:
    """One shard, whose pages hold two records each, with an empty page before every other one."""

    records: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    error: ClientError | None = None
    closed: bool = True
    asked: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])

    def get_shard_iterator(self, **asked: Any) -> dict[str, Any]:
        self.asked.append(asked)
        if self.error:
            raise self.error
        numbers = [record["dynamodb"]["SequenceNumber"] for record in self.records]
        return {"ShardIterator": f"{numbers.index(asked['SequenceNumber'])}:full"}

    def get_records(self, **asked: Any) -> dict[str, Any]:
        place, _, kind = asked["ShardIterator"].partition(":")
        start = int(place)
        if kind == "empty":
            return {"Records": [], "NextShardIterator": f"{start}:full"}
        page = self.records[start : start + 2]
        if start + 2 >= len(self.records) and self.closed:
            return {"Records": page}
        return {"Records": page, "NextShardIterator": f"{start + len(page)}:empty"}


class Account:
    """What `dlq` and `redrive` meet: a target of two systems, and the configuration's secrets."""

    def __init__(self, systems: tuple[System, ...] = (samples.shop, samples.warehouse)) -> None:
        self.sqs, self.lambda_, self.streams = FakeSqs(), FakeLambda(), FakeStreams()
        self.ssm = SimpleNamespace(get_parameter=self._parameter)
        self.parameters: dict[str, str] = {}
        self.configured: dict[str, str] | None = {}
        self.target: Any = SimpleNamespace(
            environment="dev", systems=systems, client=self._client, naming=lambda: NAMING
        )
        self.slept: list[float] = []

    def as_command(self) -> PulumiCommand:
        return cast(PulumiCommand, self)

    def secrets(self, layer: str) -> Mapping[str, str]:
        assert layer == "security"
        if self.configured is None:
            raise OperationError("no passphrase")
        return self.configured

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.sqs.now += seconds

    def deploy(self, *queues: str) -> None:
        for queue in queues:
            self.sqs.queues.setdefault(f"{queue}-unit", [])

    def _client(self, service: str, read_timeout: int = 60) -> Any:
        self.lambda_.read_timeout = read_timeout
        clients: dict[str, Callable[[], Any]] = {
            "sqs": lambda: self.sqs,
            "lambda": lambda: self.lambda_,
            "dynamodbstreams": lambda: self.streams,
            "ssm": lambda: self.ssm,
        }
        return clients[service]()

    def _parameter(self, **asked: Any) -> dict[str, Any]:
        assert asked["WithDecryption"]
        if asked["Name"] not in self.parameters:
            raise refusal("AccessDeniedException")
        return {"Parameter": {"Value": self.parameters[asked["Name"]]}}
