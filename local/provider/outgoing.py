"""Values that a program states, as AWS takes them, and what is wrong with them."""

import json
from collections.abc import Callable
from typing import Any

from local.provider.constraints import violation
from local.provider.errors import Failure
from local.provider.schema import Field
from local.provider.shapes import at_path, member_of, pair_of, put
from local.provider.values import UNKNOWN

KINDS = {int: "integer", bool: "boolean", float: "double", str: "string", None: "string"}
NESTED = {"structure", "map", "list"}


def to_aws(shape: Any, field: Field, value: Any, path: str, failures: list[Failure]) -> Any:
    """The value as AWS takes it; whatever is wrong with it is added to failures under the property's path."""
    if value == UNKNOWN:
        return UNKNOWN
    if shape is None or field.kind is not None or shape.type_name not in NESTED:
        return _leaf(shape, field, value, path, failures)
    return {"structure": _structure, "map": _map, "list": _list}[shape.type_name](shape, field, value, path, failures)


def _structure(shape: Any, field: Field, value: Any, path: str, failures: list[Failure]) -> Any:
    if not isinstance(value, dict):
        failures.append(Failure(path, f"must be an object, not {_described(value)}"))
        return None
    known = {entry.name: entry for entry in field.fields}
    failures += [
        Failure(f"{path}.{name}", f"is not a property that the local provider knows: {', '.join(sorted(known))}")
        for name in value
        if name not in known
    ]
    failures += [
        Failure(f"{path}.{name}", "is required")
        for name, entry in known.items()
        if entry.required and value.get(name) is None
    ]
    result: dict[str, Any] = {}
    for name, entry in known.items():
        if value.get(name) is not None:
            member = str(member_of(shape, entry))
            put(result, member, to_aws(at_path(shape, member), entry, value[name], f"{path}.{name}", failures))
    return result


def _map(shape: Any, field: Field, value: Any, path: str, failures: list[Failure]) -> Any:
    if not isinstance(value, dict):
        failures.append(Failure(path, f"must be a map, not {_described(value)}"))
        return None
    plain = Field(field.name)
    for key in value:
        reason = violation(shape.key, plain, key)
        if reason:
            failures.append(Failure(f'{path}["{key}"]', f"the key is wrong: {reason}"))
    return {key: to_aws(shape.value, plain, item, f'{path}["{key}"]', failures) for key, item in value.items()}


def _list(shape: Any, field: Field, value: Any, path: str, failures: list[Failure]) -> Any:
    pair = None if field.fields else pair_of(shape)
    if pair and isinstance(value, dict):
        return [{pair[0]: name, pair[1]: str(item)} for name, item in value.items()]
    items = value if isinstance(value, list) else [value]
    reason = violation(shape, field, items)
    if reason:
        failures.append(Failure(path, reason))
    return [to_aws(shape.member, field, item, f"{path}[{index}]", failures) for index, item in enumerate(items)]


def _leaf(shape: Any, field: Field, value: Any, path: str, failures: list[Failure]) -> Any:
    kind = KINDS[field.kind] if shape is None or field.kind is not None else shape.type_name
    try:
        typed = TYPED.get(kind, _document if field.json else _string)(value)
    except (KeyError, TypeError, ValueError):
        failures.append(Failure(path, f"must be {NAMED.get(kind, 'a string')}, not {_described(value)}"))
        return None
    reason = "must be a JSON document" if field.json and not _is_json(typed) else violation(shape, field, typed)
    if reason:
        failures.append(Failure(path, reason))
    # Attribute maps, as of queues, hold numbers and booleans as strings.
    return _string(typed) if shape is not None and shape.type_name == "string" else typed


def _integer(value: Any) -> int:
    if isinstance(value, bool | float | dict | list):
        raise TypeError
    return int(value)


def _number(value: Any) -> float:
    if isinstance(value, bool | dict | list):
        raise TypeError
    return float(value)


def _boolean(value: Any) -> bool:
    return value if isinstance(value, bool) else {"true": True, "false": False}[value]


def _document(value: Any) -> str:
    return json.dumps(value, separators=(",", ":")) if isinstance(value, dict | list) else _string(value)


def _string(value: Any) -> str:
    if isinstance(value, dict | list):
        raise TypeError
    return str(value).lower() if isinstance(value, bool) else str(value)


def _bytes(value: Any) -> bytes:
    return str(value).encode()


def _is_json(value: Any) -> bool:
    try:
        json.loads(value)
    except (TypeError, ValueError):
        return False
    return True


def _described(value: Any) -> str:
    # The value itself may be a secret.
    return {bool: "a boolean", int: "a number", float: "a number", str: "a string", list: "a list"}.get(
        type(value), "an object"
    )


TYPED: dict[str, Callable[[Any], Any]] = {
    "integer": _integer,
    "long": _integer,
    "float": _number,
    "double": _number,
    "boolean": _boolean,
    "blob": _bytes,
}
NAMED = {"boolean": "true or false", "integer": "a whole number", "long": "a whole number", "double": "a number"}
