"""Which member of a botocore shape a property means."""

from typing import Any

from local.provider.schema import Field
from local.provider.session import Session


def request_shape(session: Session, service: str, operation: str) -> Any:
    """The request's shape of an operation, or with ':output' after its name, that of its response."""
    name, _, side = operation.partition(":")
    client = session.client(service)
    model = client.meta.service_model.operation_model(client.meta.method_to_api_mapping.get(name, name))
    return model.output_shape if side == "output" else model.input_shape


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
    """The shape at a dotted path; a map's keys are any name, a list's items need none."""
    for name in path.split("."):
        if shape.type_name == "list":
            shape = shape.member
        shape = shape.value if shape.type_name == "map" else shape.members[name]
    return shape


def pair_of(shape: Any) -> tuple[str, str] | None:
    """The members for key and value of a list that AWS has in place of a map, None for other lists."""
    if shape.member.type_name != "structure" or set(shape.member.members) not in PAIRS:
        return None
    key, value = sorted(shape.member.members, key=lambda name: "value" in name.lower())
    return key, value


PAIRS = ({"Key", "Value"}, {"key", "value"}, {"Name", "Value"}, {"name", "value"}, {"TagKey", "TagValue"})


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
