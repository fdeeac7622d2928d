"""A query reads the range of sort keys that it asks for, and no more of it than a page.

AWS documentation, DynamoDB developer guide: "Core components of Amazon DynamoDB" (the items of a partition are stored
in the order of their sort key) and "Query" (a query reads what its key condition selects, up to the limit or 1 MB).

MiniStack sorts a table's whole partition for every page of every query, and holds the condition against each of its
items, so that a partition of tens of thousands makes callers time out. Here it is shown a table that has only the items
which the page can have; what becomes of them it decides as ever. A release that reads ranges makes this unnecessary.
Indexes, and the old parameter KeyConditions, are left as they are.
"""

from collections.abc import Mapping
from itertools import islice
from types import FunctionType
from typing import Any, NamedTuple, cast

from local.emulator.gaps.queries.sorted_items import Item, Relation, SortedItems
from local.emulator.gaps.settings import GapSettings
from local.emulator.ministack import load
from local.emulator.pinned import Wrapped

WRAPPED = (
    Wrapped("services.dynamodb", "_query", "50c2e7ec69e93ea3"),
    Wrapped("services.dynamodb", "_key_condition_clauses", "51cf95b535aa5d6e"),
    Wrapped("services.dynamodb", "_extract_pk_from_condition", "ccfbde309b059f99"),
    Wrapped("services.dynamodb", "_apply_exclusive_start_key", "080cc305f30345ff"),
    Wrapped("services.dynamodb", "_paginate_evaluated_items", "d70cfb58e3a279c9"),
    Wrapped("services.dynamodb", "_set_item", "4e78ad492132cdba"),
    Wrapped("services.dynamodb", "_remove_item", "5cce50c99688dab8"),
)
COMPARISONS = ("=", "<", "<=", ">", ">=")

Table = dict[str, Any]
Request = Mapping[str, Any]


class _Range(NamedTuple):
    """The partition that a request reads, and how the sort keys that it reads there stand to its values."""

    partition: str
    relations: list[Relation]


def close(_: GapSettings) -> None:
    """Have queries of tables look at what their page can have."""
    service = load("services.dynamodb")
    query = service._query

    def ranged(request: dict[str, Any]) -> Any:
        name = service._normalize_table_name(request.get("TableName"))
        table = service._tables.get(name) if isinstance(name, str) else None
        found = _range(service, table, request) if table else None
        if table is None or found is None:
            return query(request)
        shown = table | {"items": {found.partition: _page(service, table, found, request)}}
        # The same function, to which the account has just this table: other threads go on seeing the account.
        return FunctionType(query.__code__, {**vars(service), "_tables": {name: shown}})(request)

    service._query = ranged


def _range(service: Any, table: Table, request: Request) -> _Range | None:
    """What the request reads; None where that is for MiniStack alone to say, or to refuse."""
    condition = request.get("KeyConditionExpression")
    sort_key = table["sk_name"]
    if not condition or not sort_key or request.get("IndexName") or request.get("KeyConditions"):
        return None
    names, values = request.get("ExpressionAttributeNames") or {}, request.get("ExpressionAttributeValues") or {}
    kind = service._get_attr_type(table, sort_key)
    wanted: list[tuple[str, list[Any]]] = []
    for clause in service._key_condition_clauses(service._tokenize(condition)):
        key, sign, references = _clause(clause)
        if names.get(key, key) == sort_key and (sign, kind) != ("begins_with", "N"):
            wanted.append((sign, [values.get(reference) for reference in references]))
        elif names.get(key, key) != table["pk_name"] or sign != "=":
            return None
    if start := request.get("ExclusiveStartKey"):
        wanted.append((">" if _ascending(request) else "<", [start.get(sort_key)]))
    partition = service._extract_pk_from_condition(condition, values, names, table["pk_name"])
    if partition is None or not all(_is(kind, bound) for _, bounds in wanted for bound in bounds):
        return None
    relations = [
        Relation(sign, tuple(service._sort_key_value(bound, kind) for bound in bounds)) for sign, bounds in wanted
    ]
    return _Range(partition, relations)


def _clause(tokens: list[tuple[str, str]]) -> tuple[str, str, list[str]]:
    """The key of a clause, what it is to be, and the references to what it is compared with; no key where unknown."""
    match tokens:
        case [(_, key), (_, sign), ("VALUE_REF", value)] if sign in COMPARISONS:
            return key, sign, [value]
        case [(_, key), (_, sign), ("VALUE_REF", low), (_, joint), ("VALUE_REF", high)] if (
            f"{sign} {joint}".lower() == "between and"
        ):
            return key, "between", [low, high]
        case [(_, function), ("LPAREN", _), (_, key), ("COMMA", _), ("VALUE_REF", value), ("RPAREN", _)] if (
            function.lower() == "begins_with"
        ):
            return key, "begins_with", [value]
        case _:
            return "", "", []


def _is(kind: str, value: object) -> bool:
    return isinstance(value, dict) and list(cast(Table, value)) == [kind]


def _ascending(request: Request) -> bool:
    return bool(request.get("ScanIndexForward", True))


def _page(service: Any, table: Table, found: _Range, request: Request) -> dict[str, Item]:
    """The items of the range that the request's page can have: up to its limit, or the first beyond 1 MB."""
    items = _sorted(service, table, found.partition)
    keys = items.keys_in(found.relations)
    limit = request.get("Limit")
    page: dict[str, Item] = {}
    size = 0
    for key in keys if _ascending(request) else reversed(keys):
        # Time to live may have removed it meanwhile.
        if (item := items.get(key)) is None:
            continue
        page[key] = item
        size += service._item_size_bytes(item)
        if len(page) == limit or size > service._DDB_PAGE_SIZE_BYTES:
            break
    # MiniStack finds what is wrong with a condition when it holds it against an item, be it one out of the range.
    return page or dict(islice(items.items(), 1))


def _sorted(service: Any, table: Table, partition: str) -> SortedItems:
    items = table["items"].get(partition, {})
    if isinstance(items, SortedItems):
        return items
    sort_key, kind = table["sk_name"], service._get_attr_type(table, table["sk_name"])
    ordered = SortedItems(items, lambda item: service._sort_key_value(item[sort_key], kind))
    if items:
        table["items"][partition] = ordered
    return ordered
