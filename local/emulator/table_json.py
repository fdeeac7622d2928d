"""DynamoDB's items and stream records as JSON: each is encoded once it has changed, not for every save of thousands.

MiniStack never changes an item or a record once it is stored; it stores another one, by the functions wrapped here.
"""

import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from local.emulator.encoding import dumps, fragment
from local.emulator.gaps.mappings.stream_records import KEY as STREAM_RECORDS
from local.emulator.ministack import load
from local.emulator.pinned import Wrapped

WRAPPED = (
    Wrapped("services.dynamodb", "_set_item", "4e78ad492132cdba"),
    Wrapped("services.dynamodb", "_remove_item", "5cce50c99688dab8"),
    Wrapped("services.dynamodb", "_items_replaced", "b48626c371f77c18"),
    Wrapped("services.dynamodb", "_emit_stream_event", "8568d0446f26eaba"),
)
# Partition key to sort key to item.
Items = dict[str, dict[str, Any]]


class TableJson:
    """Puts JSON in the place of all items and stream records of DynamoDB's state."""

    def __init__(self) -> None:
        # By the identity of a table's items, which is another one when they are replaced as a whole.
        self._items: dict[int, _ItemsJson] = {}
        self._changed: dict[int, dict[str, set[str]]] = {}
        # Time to live removes items from a thread of its own.
        self._lock = threading.Lock()
        self._records: dict[int, tuple[Any, bytes]] = {}
        service = load("services.dynamodb")
        service._set_item = self._noting(service._set_item)
        service._remove_item = self._noting(service._remove_item)

    def put_into(self, state: dict[str, Any]) -> None:
        """Replace items and records in `state`, whose tables are shallow copies, by what orjson writes as it is.

        Raises TypeError for an item that orjson refuses.
        """
        with self._lock:
            changed, self._changed = self._changed, {}
        # Until all is done nothing is known, because what has changed is not noted a second time.
        known, self._items = self._items, {}
        found: dict[int, _ItemsJson] = {}
        for table in state["tables"].all_values():
            items = table["items"]
            encoded = found[id(items)] = known.get(id(items)) or _ItemsJson(items)
            encoded.encode(changed.get(id(items), {}))
            table["items"] = fragment(encoded.text())
        self._items = found
        self._put_records_into(state)

    def _put_records_into(self, state: dict[str, Any]) -> None:
        found: dict[int, tuple[Any, bytes]] = {}
        for stream in state.get(STREAM_RECORDS, []):
            for record in stream[-1]:
                found[id(record)] = self._records.get(id(record)) or (record, dumps(record))
            stream[-1] = fragment(b"[" + b",".join(found[id(record)][1] for record in stream[-1]) + b"]")
        self._records = found

    def _noting(self, change: Callable[..., Any]) -> Callable[..., Any]:
        def noted(table: dict[str, Any], partition: str, sort: str, *item: Any) -> Any:
            before = change(table, partition, sort, *item)
            # Only now: a save meanwhile would encode the item as it was, and forget that it changes.
            with self._lock:
                self._changed.setdefault(id(table["items"]), defaultdict(set))[partition].add(sort)
            return before

        return noted


class _ItemsJson:
    """One table's items, encoded by item and joined by partition."""

    def __init__(self, items: Items) -> None:
        # Held, so that no other items get its identity.
        self._items = items
        self._encoded: dict[str, dict[str, bytes]] = {}
        self._joined: dict[str, bytes] = {}
        self.encode({partition: list(rows) for partition, rows in list(items.items())})

    def encode(self, changed: Mapping[str, Iterable[str]]) -> None:
        """Encode these items as they are now; some may be gone."""
        for partition, sorts in changed.items():
            rows = self._items.get(partition, {})
            encoded = self._encoded.setdefault(partition, {})
            for sort in sorts:
                if (item := rows.get(sort)) is None:
                    encoded.pop(sort, None)
                else:
                    encoded[sort] = _member(sort, dumps(item))
            if encoded:
                self._joined[partition] = _member(partition, _object(encoded.values()))
            else:
                del self._encoded[partition]
                self._joined.pop(partition, None)

    def text(self) -> bytes:
        return _object(self._joined.values())


def _object(members: Iterable[bytes]) -> bytes:
    return b"{" + b",".join(members) + b"}"


def _member(name: str, value: bytes) -> bytes:
    return dumps({name: fragment(value)})[1:-1]
