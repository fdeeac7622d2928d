"""Values that AWS answers, as a program would state them."""

import json
from typing import Any

from local.provider.schema import Field
from local.provider.shapes import at_path, member_of, pair_of, take
from local.provider.values import is_archive


def from_aws(shape: Any, field: Field, value: Any) -> Any:
    """The value as a program would state it, with only what the field's table knows; empty ones are None."""
    if value is None or value in ("", [], {}):
        return None
    if is_archive(value):
        return value
    if field.kind is not None:
        return _of_kind(field.kind, value)
    if shape is None:
        return value
    convert = {"structure": _object, "map": _map, "list": _list}.get(shape.type_name, _leaf)
    return convert(shape, field, value)


def _of_kind(kind: type, value: Any) -> Any:
    if kind is bool:
        return str(value).lower() == "true"
    return kind(value)


def _leaf(shape: Any, field: Field, value: Any) -> Any:
    if isinstance(value, dict | list):
        # botocore takes IAM's documents apart.
        return json.dumps(value, separators=(",", ":"))
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value if isinstance(value, str | int | float | bool) else str(value)


def _object(shape: Any, field: Field, value: dict[str, Any]) -> Any:
    result: dict[str, Any] = {}
    for entry in field.fields:
        member = str(member_of(shape, entry))
        found = from_aws(at_path(shape, member), entry, take(value, entry.found or member))
        if found is not None:
            result[entry.name] = found
    return result or None


def _map(shape: Any, field: Field, value: dict[str, Any]) -> Any:
    return dict(value)


def _list(shape: Any, field: Field, value: list[Any]) -> Any:
    pair = None if field.fields else pair_of(shape)
    if pair:
        return {entry[pair[0]]: entry[pair[1]] for entry in value}
    items = [from_aws(shape.member, field, item) for item in value]
    # The provider has an object where AWS has a list of one; plural names stay lists.
    return items if not field.fields or field.name.endswith("s") else items[0]
