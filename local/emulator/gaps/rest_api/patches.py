"""API Gateway's updates keep keys, types and lists.

AWS documentation, API Gateway API reference: "Patch operations"; RFC 6901 for the escaped keys.

The emulator leaves `~1` in keys, turns numbers and booleans into texts, and lists into objects. An emulator that
applies patches to typed documents makes this unnecessary. Not supplied: updates of method responses, which it has no
route for.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from local.emulator.gaps.settings import GapSettings
from local.emulator.ministack import load
from local.emulator.pinned import Wrapped

WRAPPED = (Wrapped("services.apigateway_v1", "_apply_patch", "b56afc4bae0934e4"),)

# Maps from names to whether they are required, in methods and method responses; an integration's hold texts.
FLAGS = frozenset({"true", "false"})
FLAGGED = "requestParameters"


def close(_: GapSettings) -> None:
    """Apply patches as API Gateway does."""
    load("services.apigateway_v1")._apply_patch = applied


def applied(document: dict[str, Any], operations: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """The document, changed in place by the operations add, replace and remove."""
    for operation in operations:
        *way, last = [_unescaped(key) for key in operation.get("path", "").lstrip("/").split("/")]
        if last:
            _apply(_parent(document, way), way, last, operation)
    return document


def _parent(document: dict[str, Any], way: list[str]) -> Any:
    found: Any = document
    for key in way:
        if not isinstance(found.get(key), dict | list):
            found[key] = {}
        found = found[key]
    return found


def _apply(parent: Any, way: list[str], last: str, operation: Mapping[str, Any]) -> None:
    removes = operation.get("op") == "remove"
    if isinstance(parent, list):
        _apply_to_list(parent, last, removes, operation.get("value"))
    elif removes:
        parent.pop(last, None)
    elif isinstance(parent.get(last), list):
        parent[last] = [operation.get("value")]
    else:
        parent[last] = _typed(operation.get("value"), parent.get(last), flagged=way == [FLAGGED])


def _apply_to_list(items: list[Any], last: str, removes: bool, value: Any) -> None:
    if removes:
        items[:] = [item for item in items if item != last]
    elif last.isdigit() and int(last) < len(items):
        items[int(last)] = value
    elif last not in items:
        items.append(last)


def _typed(value: Any, old: Any, *, flagged: bool) -> Any:
    if isinstance(old, bool) or (flagged and old is None and value in FLAGS):
        return value == "true" if isinstance(value, str) else value
    return int(value) if isinstance(old, int) else value


def _unescaped(key: str) -> str:
    return key.replace("~1", "/").replace("~0", "~")
