"""DynamoDB tables in memory: conditions, updates, indexes and pages, as far as the systems use them."""

import re
import threading
from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from tests.unit.services.fakes import Failing, Item, client_error

COMPARISONS = {
    "=": lambda left, right: left == right,
    "<": lambda left, right: left < right,
    "<=": lambda left, right: left <= right,
    ">=": lambda left, right: left >= right,
}


class FakeTables(Failing):
    """Tables by name, with their keys; `stale` items are seen in the indexes as they once were."""

    def __init__(self, **keys: tuple[str, str]) -> None:
        super().__init__()
        self.keys = keys
        self.tables: defaultdict[str, dict[tuple[str, str], Item]] = defaultdict(dict)
        self.stale: defaultdict[str, dict[tuple[str, str], Item]] = defaultdict(dict)
        self.queries: list[dict[str, Any]] = []
        self.read = 0
        self.left_unprocessed = 0
        self._lock = threading.RLock()

    def items(self, table: str) -> list[dict[str, Any]]:
        return [plain_item(item) for _, item in sorted(self.tables[table].items())]

    def put_item(self, *, TableName: str, Item: Item, **request: Any) -> None:  # noqa: N803  # boto3's names
        with self._lock:
            self.enter("put_item")
            key = self._key(TableName, Item)
            self._check(self.tables[TableName].get(key, {}), request)
            self.tables[TableName][key] = dict(Item)

    def get_item(self, *, TableName: str, Key: Item, ConsistentRead: bool) -> dict[str, Any]:  # noqa: N803
        self.enter("get_item")
        assert ConsistentRead
        item = self.tables[TableName].get(self._key(TableName, Key))
        return {"Item": dict(item)} if item else {}

    def delete_item(self, *, TableName: str, Key: Item, **request: Any) -> None:  # noqa: N803
        with self._lock:
            self.enter("delete_item")
            key = self._key(TableName, Key)
            self._check(self.tables[TableName].get(key, {}), request)
            self.tables[TableName].pop(key, None)

    def update_item(self, *, TableName: str, Key: Item, UpdateExpression: str, **request: Any) -> dict[str, Any]:  # noqa: N803
        with self._lock:
            self.enter("update_item")
            key = self._key(TableName, Key)
            item = dict(self.tables[TableName].get(key, {}))
            self._check(item, request)
            assigned, _, removed = UpdateExpression.partition("REMOVE ")
            for name in removed.replace(" ", "").split(","):
                item.pop(name, None)
            for name, value in re.findall(r"(\w+) = (:\w+)", assigned):
                item[name] = request["ExpressionAttributeValues"][value]
            self.tables[TableName][key] = Key | item
            return {"Attributes": dict(Key | item)} if request.get("ReturnValues") == "ALL_NEW" else {}

    def batch_get_item(self, *, RequestItems: dict[str, Any]) -> dict[str, Any]:  # noqa: N803
        self.enter("batch_get_item")
        ((table, request),) = RequestItems.items()
        keys = request["Keys"]
        assert 1 <= len(keys) <= 100
        held_back = keys[:1] if self.left_unprocessed else []
        self.left_unprocessed -= bool(held_back)
        found = [self.tables[table].get(self._key(table, key)) for key in keys[len(held_back) :]]
        unprocessed = {table: {**request, "Keys": held_back}} if held_back else {}
        return {"Responses": {table: [item for item in found if item]}, "UnprocessedKeys": unprocessed}

    def get_paginator(self, operation: str) -> "FakeTables":
        assert operation == "query"
        return self

    def paginate(self, **request: Any) -> Iterator[dict[str, Any]]:
        table = request["TableName"]
        size = request.get("PaginationConfig", {}).get("PageSize", 1000)
        last: Any = None
        while True:
            # Each page is a call of its own, and sees what was written since the one before.
            self.enter("query")
            self.queries.append(request)
            found = [entry for entry in self._matching(table, request) if last is None or entry[0] > last]
            page = [item for _, item in found[:size]]
            self.read += len(page)
            yield {"Items": page}
            if len(found) <= size:
                return
            last = found[size - 1][0]

    def _matching(self, table: str, request: dict[str, Any]) -> list[tuple[Any, Item]]:
        condition, values = request["KeyConditionExpression"], request["ExpressionAttributeValues"]
        names = [name for name, _, _ in re.findall(r"(\w+) (<=|>=|<|=) (:\w+)", condition)]
        with self._lock:
            seen = self.tables[table] | (self.stale[table] if "IndexName" in request else {})
            entries = [
                (([value_of(item[name]) for name in names], key), dict(item))
                for key, item in seen.items()
                if holds(condition, item, values)
            ]
        return sorted(entries, key=lambda entry: entry[0])

    def _key(self, table: str, item: Item) -> tuple[str, str]:
        partition, sort = self.keys[table.replace("-", "_")]
        return item[partition]["S"], item[sort]["S"]

    @staticmethod
    def _check(item: Item, request: dict[str, Any]) -> None:
        condition = request.get("ConditionExpression")
        if condition and not holds(condition, item, request.get("ExpressionAttributeValues", {})):
            found = {"Item": item} if request.get("ReturnValuesOnConditionCheckFailure") == "ALL_OLD" else {}
            raise client_error("ConditionalCheckFailedException", **found)


def value_of(value: dict[str, Any]) -> Any:
    ((kind, content),) = value.items()
    return Decimal(content) if kind == "N" else content


def plain_item(item: Item) -> dict[str, Any]:
    return {name: value_of(value) for name, value in item.items()}


def holds(condition: str, item: Item, values: Item) -> bool:
    """Evaluates attribute_exists, attribute_not_exists, comparisons, AND, OR and brackets."""

    def compared(match: re.Match[str]) -> str:
        name, operator, value = match.groups()
        return str(name in item and COMPARISONS[operator](value_of(item[name]), value_of(values[value])))

    text = re.sub(r"attribute_exists\((\w+)\)", lambda m: str(m[1] in item), condition)
    text = re.sub(r"attribute_not_exists\((\w+)\)", lambda m: str(m[1] not in item), text)
    text = re.sub(r"(\w+) (<=|>=|<|=) (:\w+)", compared, text)
    return bool(eval(text.replace("AND", "and").replace("OR", "or")))  # noqa: S307  # only True, False, and, or, brackets
