"""The state table in memory: its key, conditions, updates, counters, pages and the index of dirty windows."""

import re
from collections.abc import Callable, Iterator
from typing import Any

from tests.unit.services.fakes import Failing, Item, client_error

Key = tuple[str, int]

OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "=": lambda left, right: left == right,
    "<": lambda left, right: left < right,
    ">": lambda left, right: left > right,
    "<=": lambda left, right: left <= right,
}


class FakeState(Failing):
    """One table; `before_page` is called ahead of each page of a query, as other writers would come in between."""

    def __init__(self) -> None:
        super().__init__()
        self.items: dict[Key, Item] = {}
        self.page_size = 3
        self.left_unprocessed = 0
        self.before_page: Callable[[], None] = lambda: None

    def of(self, symbol: str) -> dict[int, Item]:
        """The items of a partition, by timestamp."""
        return {timestamp: item for (owner, timestamp), item in sorted(self.items.items()) if owner == symbol}

    def put_item(self, *, TableName: str, Item: Item) -> None:  # noqa: N803  # boto3's names
        self.enter("put_item")
        self.items[key_of(Item)] = dict(Item)

    def get_item(self, *, TableName: str, Key: Item, ConsistentRead: bool) -> dict[str, Any]:  # noqa: N803
        self.enter("get_item")
        assert ConsistentRead
        item = self.items.get(key_of(Key))
        return {"Item": dict(item)} if item else {}

    def batch_get_item(self, *, RequestItems: dict[str, Any]) -> dict[str, Any]:  # noqa: N803
        self.enter("batch_get_item")
        ((table, request),) = RequestItems.items()
        assert 1 <= len(request["Keys"]) <= 100
        found = [self.items.get(key_of(key)) for key in request["Keys"]]
        return {"Responses": {table: [item for item in found if item]}, "UnprocessedKeys": {}}

    def batch_write_item(self, *, RequestItems: dict[str, Any]) -> dict[str, Any]:  # noqa: N803
        self.enter("batch_write_item")
        ((table, requests),) = RequestItems.items()
        items = [request["PutRequest"]["Item"] for request in requests]
        assert 1 <= len(items) <= 25
        assert len({key_of(item) for item in items}) == len(items), "DynamoDB refuses copies in one call"
        held_back = min(self.left_unprocessed, len(items))
        self.left_unprocessed -= held_back
        for item in items[held_back:]:
            self.items[key_of(item)] = dict(item)
        return {"UnprocessedItems": {table: requests[:held_back]} if held_back else {}}

    def update_item(self, *, TableName: str, Key: Item, UpdateExpression: str, **request: Any) -> dict[str, Any]:  # noqa: N803
        self.enter("update_item")
        item = dict(self.items.get(key_of(Key), {}))
        values = request["ExpressionAttributeValues"]
        if not holds(request.get("ConditionExpression", "True"), item, values):
            raise client_error("ConditionalCheckFailedException")
        clauses = re.split(r"\b(SET|ADD|REMOVE) ", UpdateExpression)
        for verb, clause in zip(clauses[1::2], clauses[2::2], strict=True):
            for part in re.split(r",\s*(?![^(]*\))", clause.strip()):
                apply(verb, part, item, values)
        self.items[key_of(Key)] = Key | item
        return {"Attributes": Key | item} if request.get("ReturnValues") == "ALL_NEW" else {}

    def get_paginator(self, operation: str) -> "FakeState":
        assert operation == "query"
        return self

    def paginate(self, **request: Any) -> Iterator[dict[str, Any]]:
        assert "IndexName" in request or request.get("ConsistentRead") or "active" in str(request)
        last: Any = None
        while True:
            self.before_page()
            self.enter("query")
            found = [entry for entry in self._matching(request) if last is None or entry[0] > last]
            yield {"Items": [item for _, item in found[: self.page_size]]}
            if len(found) <= self.page_size:
                return
            last = found[self.page_size - 1][0]

    def _matching(self, request: dict[str, Any]) -> list[tuple[Any, Item]]:
        condition, values = request["KeyConditionExpression"], request["ExpressionAttributeValues"]
        for alias, name in request.get("ExpressionAttributeNames", {}).items():
            condition = condition.replace(alias, name)
        condition = re.sub(r"(\w+) BETWEEN (:\w+) AND (:\w+)", r"\2 <= \1 AND \1 <= \3", condition)
        condition = re.sub(r"(:\w+) <= (\w+)", r"\2 > \1 OR \2 = \1", condition)
        condition = re.sub(r"(\w+ > :\w+ OR \w+ = :\w+)", r"(\1)", condition)
        entries = [(key, dict(item)) for key, item in self.items.items() if holds(condition, item, values)]
        return sorted(entries, key=lambda entry: entry[0])


def key_of(item: Item) -> Key:
    return item["symbol"]["S"], int(item["timestamp"]["N"])


def apply(verb: str, part: str, item: Item, values: Item) -> None:
    if verb == "REMOVE":
        item.pop(part.strip(), None)
    elif verb == "ADD":
        name, value = part.split()
        item[name] = {"N": str(int(item.get(name, {"N": "0"})["N"]) + int(values[value]["N"]))}
    else:
        name, value = (side.strip() for side in part.split("=", 1))
        kept = re.fullmatch(r"if_not_exists\((\w+), (:\w+)\)", value)
        item[name] = item.get(name, values[kept[2]]) if kept else values[value]


def holds(condition: str, item: Item, values: Item) -> bool:
    """Evaluates attribute_not_exists, comparisons, AND, OR and brackets."""

    def compared(match: re.Match[str]) -> str:
        name, operator, value = match.groups()
        return str(name in item and OPERATORS[operator](plain(item[name]), plain(values[value])))

    text = re.sub(r"attribute_not_exists\((\w+)\)", lambda m: str(m[1] not in item), condition)
    text = re.sub(r"(\w+) (<=|=|<|>) (:\w+)", compared, text)
    return bool(eval(text.replace("AND", "and").replace("OR", "or")))  # noqa: S307  # only True, False, and, or, brackets


def plain(value: dict[str, Any]) -> Any:
    ((kind, content),) = value.items()
    return int(content) if kind == "N" else content
