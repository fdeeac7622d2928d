"""The crypto-prices table in memory, with the stream that it feeds."""

import re
import threading
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from tests.unit.services.fake_tables import holds, plain_item
from tests.unit.services.fakes import Failing, Item, client_error

# Of DynamoDB's reserved words those that an item has: no expression may say them.
RESERVED = {"metrics", "timestamp"}
COMPARED = {">=": lambda left, right: left >= right, "<": lambda left, right: left < right}


class FakePriceTable(Failing):
    """Items by their key; `read` counts the items that queries returned, `stream` holds a record for each change."""

    def __init__(self) -> None:
        super().__init__()
        self.stored: dict[tuple[str, Decimal], Item] = {}
        self.stream: list[dict[str, Any]] = []
        self.read = 0
        self._lock = threading.RLock()

    def items(self, symbol: str = "BTC-USD") -> list[dict[str, Any]]:
        """In the order of the keys, values plain."""
        return [plain_item(item) for (of, _), item in sorted(self.stored.items()) if of == symbol]

    def put_item(self, *, TableName: str, Item: Item, **request: Any) -> None:  # noqa: N803  # boto3's names
        with self._lock:
            self.enter("put_item")
            self._check(self.stored.get(_key(Item), {}), request)
            self._write(Item)

    def update_item(self, *, TableName: str, Key: Item, UpdateExpression: str, **request: Any) -> None:  # noqa: N803
        with self._lock:
            self.enter("update_item")
            item = self.stored.get(_key(Key), {})
            self._check(item, request)
            assigned = re.findall(r"(#?\w+) = (:\w+)", UpdateExpression.removeprefix("SET "))
            assert not RESERVED & {name for name, _ in assigned}
            names: dict[str, str] = request.get("ExpressionAttributeNames", {})
            values = request["ExpressionAttributeValues"]
            self._write(Key | item | {names.get(name, name): values[value] for name, value in assigned})

    def get_paginator(self, operation: str) -> "FakePriceTable":
        assert operation == "query"
        return self

    def paginate(self, **request: Any) -> Iterator[dict[str, Any]]:
        assert request["ConsistentRead"] is True
        asked = re.fullmatch(r"symbol = :symbol AND #timestamp (>=|<) :timestamp", request["KeyConditionExpression"])
        assert asked
        values, limits = request["ExpressionAttributeValues"], request["PaginationConfig"]
        symbol, bound = values[":symbol"]["S"], Decimal(values[":timestamp"]["N"])
        with self._lock:
            keys = sorted(key for key in self.stored if key[0] == symbol and COMPARED[asked[1]](key[1], bound))
        keys = keys if request["ScanIndexForward"] else keys[::-1]
        keys = keys[: limits.get("MaxItems", len(keys))]
        # Even nothing takes a call.
        for start in range(0, max(1, len(keys)), limits["PageSize"]):
            self.enter("query")
            page = [dict(self.stored[key]) for key in keys[start : start + limits["PageSize"]]]
            self.read += len(page)
            yield {"Items": page}

    def new_records(self) -> list[dict[str, Any]]:
        """What the stream's filter lets through since the last time."""
        records, self.stream = self.stream, []
        return [record for record in records if record["eventName"] == "INSERT"]

    def _write(self, item: Item) -> None:
        kind = "MODIFY" if _key(item) in self.stored else "INSERT"
        # The numbers of real sequences are as long.
        number = f"{len(self.stream) + self.calls['put_item'] * 1_000:021}"
        # DynamoDB drops the zeros at a number's end.
        timestamp = {"timestamp": {"N": item["timestamp"]["N"].rstrip("0")}}
        self.stored[_key(item)] = item | timestamp
        keys = {"symbol": item["symbol"]} | timestamp
        change = {"SequenceNumber": number, "Keys": keys, "NewImage": item | timestamp}
        self.stream.append({"eventName": kind, "dynamodb": change})

    @staticmethod
    def _check(item: Item, request: dict[str, Any]) -> None:
        if not holds(request["ConditionExpression"], item, request.get("ExpressionAttributeValues", {})):
            found = {"Item": item} if request.get("ReturnValuesOnConditionCheckFailure") == "ALL_OLD" else {}
            raise client_error("ConditionalCheckFailedException", **found)


def _key(item: Item) -> tuple[str, Decimal]:
    return item["symbol"]["S"], Decimal(item["timestamp"]["N"])
