"""Which member of a botocore shape a property means, and values between the two worlds."""

import json
from typing import Any

from botocore.model import OperationModel, Shape

from local.provider.constraints import violation
from local.provider.errors import Failure
from local.provider.schema import Field
from local.provider.session import Session
from local.provider.values import UNKNOWN, is_archive

LEAVES = {"string", "integer", "long", "float", "double", "boolean", "timestamp", "blob"}


def request_shape(session: Session, service: str, operation: str) -> Any:
    """The request's shape of an operation, or with ':output' after its name, that of its response."""
    name, _, side = operation.partition(":")
    model = _operation(session, service, name)
    return model.output_shape if side == "output" else model.input_shape


def _operation(session: Session, service: str, operation: str) -> OperationModel:
    client = session.client(service)
    return client.meta.service_model.operation_model(client.meta.method_to_api_mapping.get(operation, operation))


def member_of(shape: Any, field: Field) -> str | None:
    """Dotted path of the member that the field means, None when the shape has none."""
    if field.member:
        return field.member
    members = {name.lower(): name for name in shape.members}
    name = field.name.lower()
    for candidate in (name, f"{name}id", name.removesuffix("s"), f"{name}s", name.removesuffix("arn")):
        if candidate in members:
            return members[candidate]
    return None


def at_path(shape: Any, path: str) -> Any:
    """The shape at a dotted path; a map's keys are any name."""
    for name in path.split("."):
        if shape.type_name == "list":
            shape = shape.member
        shape = shape.value if shape.type_name == "map" else shape.members[name]
    return shape


def to_aws(shape: Shape | None, field: Field, value: Any, path: str, failures: list[Failure]) -> Any:
    """The value as AWS takes it; whatever is wrong with it is added to failures under the property's path."""
    if value == UNKNOWN:
        return UNKNOWN
    if shape is None or field.kind is not None or shape.type_name in LEAVES:
        return _leaf(shape, field, value, path, failures)
    if shape.type_name == "structure":
        return _structure(shape, field, value, path, failures)
    if shape.type_name == "map":
        return _map(shape, field, value, path, failures)
    return _list(shape, field, value, path, failures)


def _structure(shape: Any, field: Field, value: Any, path: str, failures: list[Failure]) -> Any:
    if not isinstance(value, dict):
        failures.append(Failure(path, f"must be an object, not {_kind(value)}"))
        return None
    known = {entry.name: entry for entry in field.fields}
    result: dict[str, Any] = {}
    for name, item in value.items():
        entry = known.get(name)
        if entry is None:
            failures.append(Failure(f"{path}.{name}", f"is not a property the local provider knows: {_names(known)}"))
            continue
        member = member_of(shape, entry)
        assert member, f"{path}.{name} has no member in {shape.name}"  # noqa: S101 - the table is wrong, not the user
        put(result, member, to_aws(at_path(shape, member), entry, item, f"{path}.{name}", failures))
    failures += [
        Failure(f"{path}.{name}", "is required")
        for name, entry in known.items()
        if entry.required and value.get(name) is None
    ]
    return result


def _map(shape: Any, field: Field, value: Any, path: str, failures: list[Failure]) -> Any:
    if not isinstance(value, dict):
        failures.append(Failure(path, f"must be a map, not {_kind(value)}"))
        return None
    plain = Field(name=field.name, free=field.free)
    return {key: to_aws(shape.value, plain, item, f'{path}["{key}"]', failures) for key, item in value.items()}


def _list(shape: Any, field: Field, value: Any, path: str, failures: list[Failure]) -> Any:
    if _is_pairs(shape) and isinstance(value, dict) and not field.fields:
        key, item = _pair(shape.member)
        return [{key: name, item: str(entry)} for name, entry in value.items()]
    items = value if isinstance(value, list) else [value]
    result = [to_aws(shape.member, field, item, f"{path}[{index}]", failures) for index, item in enumerate(items)]
    reason = violation(shape, field, items)
    if reason:
        failures.append(Failure(path, reason))
    return result


def _leaf(shape: Any, field: Field, value: Any, path: str, failures: list[Failure]) -> Any:
    kind = shape.type_name if shape is not None and field.kind is None else {
        int: "integer", bool: "boolean", float: "double", str: "string", None: "string"
    }[field.kind]
    try:
        typed = _typed(kind, value)
    except (TypeError, ValueError):
        failures.append(Failure(path, f"must be {_article(kind)}, not {_kind(value)}"))
        return None
    if field.json and not _is_json(typed):
        failures.append(Failure(path, "must be a JSON document"))
    reason = None if field.free else violation(shape, field, typed)
    if reason:
        failures.append(Failure(path, reason))
    if shape is not None and shape.type_name == "string" and not isinstance(typed, str):
        return str(typed).lower() if isinstance(typed, bool) else str(typed)
    return typed


def _typed(kind: str, value: Any) -> Any:
    if kind == "boolean":
        return {True: True, False: False, "true": True, "false": False}[value] if _is_flag(value) else _refuse()
    if kind in {"integer", "long"}:
        return _refuse() if isinstance(value, bool | float | dict | list) else int(value)
    if kind in {"float", "double"}:
        return _refuse() if isinstance(value, bool | dict | list) else float(value)
    if kind == "blob":
        return str(value).encode()
    if isinstance(value, dict | list):
        return json.dumps(value, separators=(",", ":"))
    return str(value).lower() if isinstance(value, bool) else str(value)


def from_aws(shape: Any, field: Field, value: Any) -> Any:
    """The value as a program would state it: only what the field's table knows, empty as None."""
    if is_archive(value):
        return value
    if value is None or value in ("", [], {}) or shape is None and field.kind is None:
        return None if value in ("", [], {}) else value
    if field.kind is not None:
        return _typed({int: "integer", bool: "boolean", float: "double", str: "string"}[field.kind], value)
    if shape.type_name == "structure":
        return _object(shape, field, value)
    if shape.type_name == "map":
        return dict(value)
    if shape.type_name == "list":
        return _from_list(shape, field, value)
    if isinstance(value, dict | list):
        # botocore takes IAM's documents apart.
        return json.dumps(value, separators=(",", ":"))
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value if isinstance(value, str | int | float | bool) else str(value)


def _object(shape: Any, field: Field, value: dict[str, Any]) -> Any:
    result: dict[str, Any] = {}
    for entry in field.fields:
        member = member_of(shape, entry)
        found = from_aws(at_path(shape, str(member)), entry, take(value, entry.found or str(member)))
        if found is not None:
            result[entry.name] = found
    return result or None


def _from_list(shape: Any, field: Field, value: list[Any]) -> Any:
    if _is_pairs(shape) and not field.fields:
        key, item = _pair(shape.member)
        return {entry[key]: entry[item] for entry in value}
    items = [from_aws(shape.member, field, item) for item in value]
    if field.kind is None and shape.member.type_name == "structure" and not field.name.endswith("s"):
        return items[0]
    return items


def put(target: dict[str, Any], path: str, value: Any) -> None:
    """Sets a value at a dotted path, making the dicts on the way."""
    *parents, last = path.split(".")
    for name in parents:
        target = target.setdefault(name, {})
    target[last] = value


def take(source: Any, path: str) -> Any:
    """The value at a dotted path, None where it ends early."""
    for name in path.split("."):
        if not isinstance(source, dict):
            return None
        source = source.get(name)
    return source


def _is_pairs(shape: Any) -> bool:
    return shape.member.type_name == "structure" and len(shape.member.members) == 2 and _pair(shape.member) is not None


def _pair(shape: Any) -> Any:
    for key in ("Key", "key", "Name", "name", "TagKey"):
        for value in ("Value", "value", "TagValue"):
            if key in shape.members and value in shape.members:
                return key, value
    return None


def _is_json(value: Any) -> bool:
    try:
        json.loads(value)
    except (TypeError, ValueError):
        return False
    return True


def _is_flag(value: Any) -> bool:
    return isinstance(value, bool) or value in ("true", "false")


def _refuse() -> Any:
    raise TypeError


def _names(known: dict[str, Field]) -> str:
    return ", ".join(sorted(known)) or "none"


def _article(kind: str) -> str:
    return {"boolean": "true or false", "integer": "a whole number", "long": "a whole number"}.get(kind, f"a {kind}")


def _kind(value: Any) -> str:
    return {bool: "a boolean", int: "a number", float: "a number", str: "a string", list: "a list"}.get(
        type(value), "an object"
    )
