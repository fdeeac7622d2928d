"""A table's stream outlives the emulator's process.

AWS documentation, DynamoDB developer guide: "Change data capture for DynamoDB Streams" (records are kept for 24 hours).

MiniStack saves how far each mapping has read, but not the records: after a restart, unread ones are lost and new ones
are taken for read. A release that saves the records makes this unnecessary. Saved are the records that a mapping has
yet to read; of a table without a mapping, all.
"""

from typing import Any

from local.emulator.gaps.settings import GapSettings
from local.emulator.ministack import load
from local.emulator.pinned import Wrapped

WRAPPED = (
    Wrapped("services.dynamodb", "get_state", "ce90690a6033950f"),
    Wrapped("services.dynamodb", "load_persisted_state", "6f58d9dc1e6e4edf"),
    Wrapped("services.dynamodb", "_trim_stream_records", "43f62f181df024ec"),
    Wrapped("services.dynamodb", "stream_records_since", "aed31a353fda9770"),
)
KEY = "unread_stream_records"


def close(_: GapSettings) -> None:
    """Add the records to the saved state of DynamoDB."""
    tables, functions = load("services.dynamodb"), load("services.lambda_svc")
    save, restore = tables.get_state, tables.load_persisted_state

    def saved() -> dict[str, Any]:
        return save() | {KEY: _unread(tables, functions)}

    def restored(state: dict[str, Any]) -> None:
        restore(state)
        for account, region, name, start, records in (state or {}).get(KEY, []):
            tables._stream_records.set_scoped(account, region, name, records)
            tables._stream_trimmed.set_scoped(account, region, name, start)

    tables.get_state, tables.load_persisted_state = saved, restored


def _unread(tables: Any, functions: Any) -> list[list[Any]]:
    """(account, region, table, position of the first record, records) for each stream."""
    found: list[list[Any]] = []
    for (account, region, name), records in tables._stream_records.all_items():
        start = tables._stream_trimmed.get_scoped(account, region, name, 0)
        arn = (tables._tables.get_scoped(account, region, name) or {}).get("LatestStreamArn")
        first = max(start, min(_positions(functions, arn), default=start))
        found.append([account, region, name, first, list(records[first - start :])])
    return found


def _positions(functions: Any, arn: str | None) -> list[int]:
    """How far each mapping of the stream has read."""
    mappings = [
        (scope, mapping)
        for scope, mapping in list(functions._esms._data.items())
        if mapping.get("EventSourceArn") == arn
    ]
    return [
        functions._dynamodb_stream_positions.get_scoped(*scope[:2], mapping["UUID"], 0) for scope, mapping in mappings
    ]
