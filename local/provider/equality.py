"""When two values of a property mean the same."""

import json
from typing import Any

from local.provider.schema import Field
from local.provider.values import ASSET, SIGNATURE, contains_unknown, is_archive


def same(field: Field | None, old: Any, new: Any) -> bool:
    """Whether two values mean the same: JSON by content, lists without their order unless it counts, code by hash."""
    if contains_unknown(old) or contains_unknown(new):
        return False
    if _is_empty(old) and _is_empty(new):
        return True
    if is_archive(old) and is_archive(new):
        return _content(old) == _content(new)
    return _canonical(field, old) == _canonical(field, new)


def _canonical(field: Field | None, value: Any) -> str:
    return json.dumps(_normal(field, value), sort_keys=True)


def _normal(field: Field | None, value: Any) -> Any:
    if isinstance(value, dict):
        nested = {entry.name: entry for entry in field.fields} if field else {}
        return {key: _normal(nested.get(key), item) for key, item in value.items() if not _is_empty(item)}
    if isinstance(value, list):
        items = [_normal(field, item) for item in value]
        if len(items) == 1:
            # The SDK has plain values where AWS has lists that can only hold one.
            return items[0]
        return items if field and field.ordered else sorted(items, key=lambda item: json.dumps(item, sort_keys=True))
    if field and field.json and isinstance(value, str):
        return _document(value, ordered=field.ordered)
    return _text(value)


def _text(value: Any) -> Any:
    # The SDK types some numbers as strings, and AWS some strings as numbers.
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:g}" if isinstance(value, float) else str(value)


def _document(text: str, *, ordered: bool) -> Any:
    try:
        document = json.loads(text)
    except ValueError:
        return text
    return document if ordered else _statement(document)


def _statement(value: Any) -> Any:
    # IAM takes one action or a list of one for the same, and lists have no order.
    if isinstance(value, dict):
        return {key: _statement(item) for key, item in value.items()}
    if isinstance(value, list):
        items = sorted((_statement(item) for item in value), key=lambda item: json.dumps(item, sort_keys=True))
        return items[0] if len(items) == 1 and isinstance(items[0], str) else items
    return value


def _is_empty(value: Any) -> bool:
    if isinstance(value, dict):
        return all(_is_empty(item) for item in value.values())
    return value is None or value in ("", [])


def _content(value: dict[str, Any]) -> Any:
    # The engine hashes what an archive holds; without a hash the description itself decides.
    if value.get("hash"):
        return value["hash"]
    if value.get(SIGNATURE) == ASSET:
        return value.get("text") or value.get("path")
    return json.dumps(value, sort_keys=True)
