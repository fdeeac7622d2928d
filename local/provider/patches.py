"""API Gateway's updates: the JSON patch that leads from one set of inputs to another."""

from collections.abc import Callable, Mapping
from typing import Any

from local.provider.calls import call, filled
from local.provider.schema import Change, Field

Operation = dict[str, str]


def patching(operation: str, key: Mapping[str, str], fields: tuple[Field, ...]) -> Callable[[Change], None]:
    """An update that sends one patch; key addresses the patched document by templates."""

    def update(change: Change) -> None:
        operations = patch(change.old, change.new, fields)
        if operations:
            address = filled(key, {**change.key, **change.session.facts()})
            call(change.session, "apigateway", operation, **address, patchOperations=operations)

    return update


def patch(old: Mapping[str, Any], new: Mapping[str, Any], fields: tuple[Field, ...], root: str = "") -> list[Operation]:
    """The operations for every field that differs; a field's member is its path in the patched document."""
    operations: list[Operation] = []
    for field in fields:
        before, after = old.get(field.name), new.get(field.name)
        if before != after:
            operations += _steps(field, f"{root}/{field.member or field.name}", before, after)
    return operations


def _steps(field: Field, path: str, old: Any, new: Any) -> list[Operation]:
    if isinstance(old, dict) or isinstance(new, dict):
        return _object(field, path, old, new) if field.fields else _entries(path, old or {}, new or {})
    if (field.ordered and not field.json) or isinstance(old, list) or isinstance(new, list):
        return _items(field, path, _listed(old), _listed(new))
    if new is None:
        return [{"op": "remove", "path": path}]
    return [{"op": "replace", "path": path, "value": _text(new)}]


def _object(field: Field, path: str, old: Any, new: Any) -> list[Operation]:
    if new is None:
        return [{"op": "remove", "path": path}]
    return patch(old or {}, new, field.fields, path)


def _entries(path: str, old: dict[str, Any], new: dict[str, Any]) -> list[Operation]:
    gone = [{"op": "remove", "path": f"{path}/{escaped(key)}"} for key in old if key not in new]
    return gone + [
        {"op": "replace" if key in old else "add", "path": f"{path}/{escaped(key)}", "value": _text(value)}
        for key, value in new.items()
        if old.get(key) != value
    ]


def _listed(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _items(field: Field, path: str, old: list[Any], new: list[Any]) -> list[Operation]:
    if field.ordered and len(new) == 1:
        return [{"op": "replace", "path": f"{path}/0", "value": _text(new[0])}]
    gone = [{"op": "remove", "path": f"{path}/{escaped(str(item))}"} for item in old if item not in new]
    return gone + [{"op": "add", "path": f"{path}/{escaped(str(item))}"} for item in new if item not in old]


def escaped(key: str) -> str:
    """A key as a token of a JSON pointer."""
    return key.replace("~", "~0").replace("/", "~1")


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
