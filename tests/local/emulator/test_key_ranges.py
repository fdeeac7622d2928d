"""Gap: a query looks at its range of sort keys alone, and answers what it did when it looked at all of them."""

import uuid
from dataclasses import dataclass
from typing import Any

import pytest
from botocore.exceptions import ClientError
from hypothesis import given, settings
from hypothesis import strategies as st

from local.emulator.gaps.queries.sorted_items import Relation, SortedItems
from tests.local.emulator.cloud import Cloud
from tests.local.emulator.interpreter import run

WRITES_A_CALL = 25
# Few values, so that bounds meet items, and one that begins with another.
TEXTS = st.sampled_from(["a", "aa", "ab", "b", "ba", "\u00e4", "\U0001f642", "z"])
NUMBERS = st.sampled_from(["-2", "-1.5", "0", "1", "1.5", "10", "99", "1" + "0" * 37])
CONDITIONS = [
    "p = :p",
    "p = :p AND s = :a",
    "p = :p AND s < :a",
    "p = :p AND s <= :a",
    "s > :a AND p = :p",
    "p = :p AND s >= :a",
    "p = :p AND s BETWEEN :a AND :b",
    "p = :p and #s between :a and :b",
]
PREFIXES = ["p = :p AND begins_with(s, :a)", "begins_with(#s, :a) AND p = :p"]


@dataclass(frozen=True)
class Tables:
    """The same tables in both emulators, one sorted by text and one by number."""

    closed: Any
    plain: Any

    def create(self, table: str, sort_key: str, kind: str) -> None:
        types, roles = {"p": "S", sort_key: kind}, {"p": "HASH", sort_key: "RANGE"}
        for client in (self.closed, self.plain):
            client.create_table(
                TableName=table,
                BillingMode="PAY_PER_REQUEST",
                AttributeDefinitions=[{"AttributeName": name, "AttributeType": types[name]} for name in types],
                KeySchema=[{"AttributeName": name, "KeyType": roles[name]} for name in roles],
            )

    def put(self, kind: str, partition: str, values: list[str], **attributes: Any) -> None:
        requests = [{"PutRequest": {"Item": key(kind, partition, value) | attributes}} for value in values]
        for start in range(0, len(requests), WRITES_A_CALL):
            for client in (self.closed, self.plain):
                client.batch_write_item(RequestItems={f"ranges-{kind}": requests[start : start + WRITES_A_CALL]})

    def delete(self, kind: str, partition: str, value: str) -> None:
        for client in (self.closed, self.plain):
            client.delete_item(TableName=f"ranges-{kind}", Key=key(kind, partition, value))

    def same_pages(self, kind: str, **query: Any) -> list[Any]:
        """The pages that both answer; each is asked for with the key at which the one before ended."""
        pages = [pages_of(client, {"TableName": f"ranges-{kind}"} | query) for client in (self.closed, self.plain)]
        assert pages[0] == pages[1]
        return pages[0]


def key(kind: str, partition: str, value: str) -> dict[str, Any]:
    return {"p": {"S": partition}, "s": {kind: value}}


def pages_of(client: Any, query: dict[str, Any]) -> list[Any]:
    pages: list[Any] = []
    while True:
        try:
            answer = client.query(**query)
        except ClientError as refusal:
            return [*pages, str(refusal)]
        last = answer.get("LastEvaluatedKey")
        pages.append((answer.get("Items"), answer["Count"], answer["ScannedCount"], last))
        if not last:
            return pages
        query = query | {"ExclusiveStartKey": last}


@pytest.fixture(scope="module")
def tables(cloud: Cloud, plain_cloud: Cloud) -> Tables:
    made = Tables(cloud.client("dynamodb"), plain_cloud.client("dynamodb"))
    for kind in "SN":
        made.create(f"ranges-{kind}", "s", kind)
    return made


@settings(max_examples=40, deadline=None)
@given(data=st.data(), kind=st.sampled_from("SN"), forward=st.booleans(), limit=st.none() | st.integers(1, 5))
def test_pages_are_the_same_whatever_is_asked_for(
    tables: Tables, data: st.DataObject, kind: str, forward: bool, limit: int | None
) -> None:
    values = TEXTS if kind == "S" else NUMBERS
    partition = uuid.uuid4().hex
    for step in ("first", "then"):
        tables.put(kind, partition, data.draw(st.lists(values, unique=True), label=f"put {step}"))
        tables.delete(kind, partition, data.draw(values, label=f"deleted {step}"))
        bounds = {":a": data.draw(values, label="a"), ":b": data.draw(values, label="b")}
        for condition in [*CONDITIONS, *(PREFIXES if kind == "S" else [])]:
            query: dict[str, Any] = {"KeyConditionExpression": condition, "ScanIndexForward": forward}
            used = {name: {kind: value} for name, value in bounds.items() if name in condition}
            query["ExpressionAttributeValues"] = used | {":p": {"S": partition}}
            if "#s" in condition:
                query["ExpressionAttributeNames"] = {"#s": "s"}
            if limit:
                query["Limit"] = limit
            tables.same_pages(kind, **query)


@pytest.mark.parametrize("forward", [True, False])
@pytest.mark.parametrize("condition", ["p = :p", "p = :p AND s >= :a"])
def test_a_page_ends_before_the_item_that_one_megabyte_has_no_room_for(
    tables: Tables, condition: str, forward: bool
) -> None:
    partition = uuid.uuid4().hex
    for value in "12345":
        tables.put("N", partition, [value], filling={"S": "x" * 300_000})
    values = {":p": {"S": partition}} | ({":a": {"N": "2"}} if ":a" in condition else {})
    pages = tables.same_pages(
        "N", KeyConditionExpression=condition, ExpressionAttributeValues=values, ScanIndexForward=forward
    )
    assert [count for _, count, _, _ in pages] == ([3, 2] if condition == "p = :p" else [3, 1])


@pytest.mark.parametrize(
    "query",
    [
        {"KeyConditionExpression": "p = :p AND s = :none"},
        {"KeyConditionExpression": "p = :p AND s < :text"},
        {"KeyConditionExpression": "p = :p AND begins_with(s, :a)"},
        {"KeyConditionExpression": "p = :p AND s BETWEEN :b AND :a"},
        {"KeyConditionExpression": "p = :p AND s BETWEEN :a OR :b"},
        {"KeyConditionExpression": "p = :p AND s <> :a"},
        {"KeyConditionExpression": "p = :p OR s = :a"},
        {"KeyConditionExpression": "p = :p AND s = :a AND s = :b"},
        {"KeyConditionExpression": "p = :p AND :a < s"},
        {"KeyConditionExpression": "(p = :p) AND (s >= :a)"},
        {"KeyConditionExpression": "p = :p AND other = :a"},
        {"KeyConditionExpression": "p > :p"},
        {"KeyConditionExpression": "s = :a"},
        {"KeyConditionExpression": "p = :p AND timestamp > :b"},
        {"KeyConditionExpression": "p = :p", "ExclusiveStartKey": key("S", "p", "1")},
        {"KeyConditionExpression": "p = :p", "ExclusiveStartKey": {"p": {"S": "p"}}},
        {"KeyConditionExpression": "p = :p AND s > :a", "ExclusiveStartKey": key("N", "p", "0")},
        {"KeyConditionExpression": "p = :p AND s > :a", "ExclusiveStartKey": key("N", "another", "2")},
        {"KeyConditionExpression": "p = :p", "FilterExpression": "s = :b", "Limit": 1},
        {"KeyConditionExpression": "p = :p AND s > :a", "FilterExpression": "timestamp = :b"},
    ],
    ids=str,
)
def test_what_is_refused_or_unusual_is_answered_the_same(tables: Tables, query: dict[str, Any]) -> None:
    tables.put("N", "p", ["1", "2", "3"])
    values = {":p": {"S": "p"}, ":a": {"N": "1"}, ":b": {"N": "2"}, ":text": {"S": "1"}}
    tables.same_pages("N", **query, ExpressionAttributeValues={k: v for k, v in values.items() if _uses(query, k)})


def _uses(query: dict[str, Any], reference: str) -> bool:
    return any(reference in str(text) for text in query.values())


def test_a_condition_is_refused_although_no_item_is_in_its_range(tables: Tables) -> None:
    """A reserved word is found where the condition meets an item."""
    tables.create("ranges-reserved", "timestamp", "N")
    for client in (tables.closed, tables.plain):
        client.put_item(TableName="ranges-reserved", Item={"p": {"S": "p"}, "timestamp": {"N": "1"}})
    [refusal] = tables.same_pages(
        "reserved",
        KeyConditionExpression="p = :p AND timestamp > :a",
        ExpressionAttributeValues={":p": {"S": "p"}, ":a": {"N": "5"}},
    )
    assert "reserved keyword" in refusal


def test_an_order_is_of_what_is_there() -> None:
    items = SortedItems({"1": {"n": 1}, "3": {"n": 3}}, lambda item: item["n"])
    assert items.keys_in([Relation(">", (0,))]) == ["1", "3"]
    items["2"] = {"n": 2}
    items["3"] = {"n": 3, "again": True}
    removed = items.pop("1")
    assert (removed, items.keys_in([])) == ({"n": 1}, ["2", "3"])


def test_a_page_costs_what_is_on_it_and_not_what_is_in_the_partition() -> None:
    said = run(
        """
from local.emulator.gaps.queries import key_ranges
from local.emulator.ministack import load
service = load("services.dynamodb")
held = []
evaluate = service._evaluate_condition
service._evaluate_condition = lambda *a, **n: held.append(1) or evaluate(*a, **n)
service._create_table({"TableName": "rows", "BillingMode": "PAY_PER_REQUEST",
    "AttributeDefinitions": [{"AttributeName": n, "AttributeType": t} for n, t in (("p", "S"), ("s", "N"))],
    "KeySchema": [{"AttributeName": "p", "KeyType": "HASH"}, {"AttributeName": "s", "KeyType": "RANGE"}]})
for n in range(1000):
    service._put_item({"TableName": "rows", "Item": {"p": {"S": "a"}, "s": {"N": str(n)}}})
def query():
    held.clear()
    answer = service._query({"TableName": "rows", "KeyConditionExpression": "p = :p AND s >= :s", "Limit": 10,
        "ExpressionAttributeValues": {":p": {"S": "a"}, ":s": {"N": "500"}}})
    return len(held), answer[2]
before = query()
key_ranges.close(None)
after = query()
print(before[0], after[0], before[1] == after[1])
"""
    )
    assert said == "1000 10 True"
