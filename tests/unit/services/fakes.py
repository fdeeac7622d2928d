"""Stand-ins for AWS that keep state and can be told to fail, and a clock that only moves when told."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from botocore.exceptions import ClientError, ReadTimeoutError

START = datetime(2026, 11, 21, 10, 0, 0, tzinfo=UTC)

Item = dict[str, dict[str, Any]]


def client_error(code: str, **more: Any) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": code}, **more}, "Operation")


THROTTLED = client_error("ProvisionedThroughputExceededException")
TIMED_OUT = ReadTimeoutError(endpoint_url="http://example.com")


class FakeClock:
    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **by: float) -> None:
        self.now += timedelta(**by)


class Failing:
    """Raises the errors queued for an operation, one a call; `after` does the work first, as a lost reply does."""

    def __init__(self) -> None:
        self.failures: defaultdict[str, list[Exception | None]] = defaultdict(list)
        self.calls: defaultdict[str, int] = defaultdict(int)

    def fail(self, operation: str, *errors: Exception | None) -> None:
        self.failures[operation] += errors

    def enter(self, operation: str) -> None:
        self.calls[operation] += 1
        error = self.failures[operation].pop(0) if self.failures[operation] else None
        if error:
            raise error


class FakeDynamoDB(Failing):
    """One table with the key `event_id`, which evaluates the expressions that it gets."""

    def __init__(self) -> None:
        super().__init__()
        self.items: dict[str, Item] = {}
        self.stream: list[Item] = []
        self.left_unprocessed = 0
        self.stale_index: dict[str, Item] = {}

    def put_item(self, *, Item: Item, **request: Any) -> None:  # noqa: N803  # boto3's names
        self.enter("put_item")
        self._check(self.items.get(Item["event_id"]["S"], {}), request)
        self._write(Item)

    def update_item(self, *, Key: Item, UpdateExpression: str, **request: Any) -> None:  # noqa: N803
        self.enter("update_item")
        item = dict(self.items.get(Key["event_id"]["S"], {}))
        self._check(item, request)
        removed, _, assigned = UpdateExpression.removeprefix("REMOVE ").rpartition("SET ")
        for name in removed.replace(" ", "").split(","):
            item.pop(name, None)
        for name, value in re.findall(r"(\w+) = (:\w+)", assigned):
            item[name] = request["ExpressionAttributeValues"][value]
        self._write(Key | item)

    def batch_get_item(self, *, RequestItems: dict[str, Any]) -> dict[str, Any]:  # noqa: N803
        self.enter("batch_get_item")
        ((table, request),) = RequestItems.items()
        assert request["ConsistentRead"] is True
        keys = request["Keys"]
        held_back = keys[:1] if self.left_unprocessed else []
        self.left_unprocessed -= bool(held_back)
        found = [
            self.items[key["event_id"]["S"]] for key in keys[len(held_back) :] if key["event_id"]["S"] in self.items
        ]
        unprocessed = {table: {**request, "Keys": held_back}} if held_back else {}
        return {"Responses": {table: found}, "UnprocessedKeys": unprocessed}

    def get_paginator(self, operation: str) -> "FakeDynamoDB":
        assert operation == "query"
        return self

    def paginate(self, **request: Any) -> Iterator[dict[str, Any]]:
        self.enter("query")
        values = request["ExpressionAttributeValues"]
        assert request["KeyConditionExpression"] == "unrouted = :shard AND received_at < :before"
        indexed = (self.stale_index | self.items).values()
        found = [i for i in indexed if i.get("unrouted") == values[":shard"]]
        found = sorted((i for i in found if i["received_at"]["S"] < values[":before"]["S"]), key=str)
        size = request["PaginationConfig"]["PageSize"]
        yield from ({"Items": found[start : start + size]} for start in range(0, len(found), size))

    def _write(self, item: Item) -> None:
        self.items[item["event_id"]["S"]] = item
        self.stream.append(item)

    @staticmethod
    def _check(item: Item, request: dict[str, Any]) -> None:
        if not holds(request["ConditionExpression"], item, request["ExpressionAttributeValues"]):
            found = {"Item": item} if request.get("ReturnValuesOnConditionCheckFailure") == "ALL_OLD" else {}
            raise client_error("ConditionalCheckFailedException", **found)


def holds(condition: str, item: Item, values: Item) -> bool:
    """Evaluates a condition of attribute_exists, attribute_not_exists, `a < :b`, `a = :b`, AND, OR and brackets."""

    def compared(match: re.Match[str]) -> str:
        name, operator, value = match.groups()
        if name not in item:
            return "False"
        ((_, left),), ((kind, right),) = item[name].items(), values[value].items()
        if operator == "=":
            return str(left == right)
        return str(int(left) < int(right) if kind == "N" else left < right)

    text = re.sub(r"attribute_exists\((\w+)\)", lambda m: str(m[1] in item), condition)
    text = re.sub(r"attribute_not_exists\((\w+)\)", lambda m: str(m[1] not in item), text)
    text = re.sub(r"(\w+) (<|=) (:\w+)", compared, text)
    return bool(eval(text.replace("AND", "and").replace("OR", "or")))  # noqa: S307  # only True, False, and, or, brackets


class FakeSqs(Failing):
    """Queues by URL; `refused` event ids come back as failed entries."""

    def __init__(self) -> None:
        super().__init__()
        self.queues: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
        self.batches: list[list[dict[str, Any]]] = []
        self.refused: set[str] = set()

    def send_message_batch(self, *, QueueUrl: str, Entries: list[dict[str, Any]]) -> dict[str, Any]:  # noqa: N803
        self.enter("send_message_batch")
        self.batches.append(Entries)
        answer: dict[str, Any] = {}
        for entry in Entries:
            if message_id(entry) in self.refused:
                answer.setdefault("Failed", []).append(
                    {"Id": entry["Id"], "Code": "InternalError", "SenderFault": False}
                )
            else:
                self.queues[QueueUrl].append(entry)
                answer.setdefault("Successful", []).append({"Id": entry["Id"]})
        return answer

    def ids(self) -> list[str]:
        return sorted(message_id(message) for queue in self.queues.values() for message in queue)


def message_id(message: dict[str, Any]) -> str:
    return message["MessageAttributes"]["message_id"]["StringValue"]


class FakeContext:
    """What Lambda passes beside the event."""

    function_name = "function"
    memory_limit_in_mb = 512
    invoked_function_arn = "arn:aws:lambda:us-east-1:000000000000:function:function"
    aws_request_id = "invocation-1"

    def __init__(self, milliseconds_left: Callable[[], int] = lambda: 60_000) -> None:
        self.get_remaining_time_in_millis = milliseconds_left
