"""Check: unknown properties, wrong values, defaults and the tags that a resource ends up with."""

from typing import Any

from local.provider.errors import Failure
from local.provider.outgoing import to_aws
from local.provider.schema import Field, ResourceType
from local.provider.session import Session
from local.provider.shapes import at_path, member_of, request_shape
from local.provider.values import UNKNOWN, Properties, is_archive

# Sent by the SDK with every type; nothing of a resource.
ENGINE_PROPERTIES = frozenset({"__defaults"})


def checked(session: Session, row: ResourceType, news: Properties) -> tuple[Properties, list[Failure]]:
    """Inputs with defaults and tagsAll filled in, and what is wrong with them."""
    inputs = {name: value for name, value in news.items() if name not in ENGINE_PROPERTIES}
    region = inputs.pop("region", None)
    failures = _region(session, region)
    failures += [
        Failure(name, f"'{name}' is not a property that the local provider knows for {row.pulumi_type}: {_known(row)}")
        for name in inputs
        if row.field(name) is None and name not in {"tags", "tagsAll"}
    ]
    failures += _missing(row, inputs)
    for field in row.fields:
        if field.name in inputs and not is_archive(inputs[field.name]):
            _convert(session, row, field, inputs[field.name], failures)
    completed = _completed(session, row, inputs, failures)
    if row.check and not failures and UNKNOWN not in [value for value in completed.values() if isinstance(value, str)]:
        failures += [Failure(name, reason) for name, reason in row.check(completed)]
    return completed, failures


def converted(session: Session, row: ResourceType, field: Field, value: Any) -> Any:
    """The value of one property as AWS takes it; it has passed Check."""
    return _convert(session, row, field, value, [])


def _convert(session: Session, row: ResourceType, field: Field, value: Any, failures: list[Failure]) -> Any:
    shape = request_shape(session, row.service, field.operation or row.shape_operation)
    if field.kind is not None and field.member is None:
        return to_aws(None, field, value, field.name, failures)
    member = member_of(shape, field)
    assert member, f"{row.pulumi_type}.{field.name} has no member in {shape.name}"  # noqa: S101 - a wrong table, not a user's
    return to_aws(at_path(shape, member), field, value, field.name, failures)


def _missing(row: ResourceType, inputs: Properties) -> list[Failure]:
    return [
        Failure(
            field.name,
            f"{row.pulumi_type} needs '{field.name}'. The local provider makes no names up: state it, ending in the "
            "environment's suffix."
            if field.name in row.identity
            else f"{row.pulumi_type} needs '{field.name}'.",
        )
        for field in row.fields
        if field.required and inputs.get(field.name) is None
    ]


def _completed(session: Session, row: ResourceType, inputs: Properties, failures: list[Failure]) -> Properties:
    defaults = {
        field.name: field.default
        for field in row.fields
        if field.default is not None and inputs.get(field.name) is None
    }
    inputs = {**inputs, **defaults}
    inputs |= {field.name: _nested(field, inputs[field.name]) for field in row.fields if field.name in inputs}
    if row.tagging is None:
        failures += [Failure(name, f"{row.pulumi_type} takes no tags") for name in ("tags",) if inputs.get("tags")]
        return inputs
    tags = inputs.get("tags", {})
    if tags == UNKNOWN:
        return {**inputs, "tagsAll": UNKNOWN}
    if not isinstance(tags, dict) or any(isinstance(tag, dict | list) for tag in tags.values()):
        failures.append(Failure("tags", "must be a map of strings"))
        return inputs
    texts = {key: str(tag) for key, tag in tags.items()}
    every = {**session.configuration.default_tags, **texts}
    return {**inputs, **({"tags": texts} if texts else {}), "tagsAll": every}


def _nested(field: Field, value: Any) -> Any:
    if isinstance(value, list):
        return [_nested(field, item) for item in value]
    if not field.fields or not isinstance(value, dict):
        return value
    given = {
        entry.name: _nested(entry, value[entry.name]) for entry in field.fields if value.get(entry.name) is not None
    }
    defaults = {entry.name: entry.default for entry in field.fields if entry.default is not None}
    return {**value, **defaults, **given}


def _region(session: Session, region: Any) -> list[Failure]:
    if region in {None, session.region, UNKNOWN}:
        return []
    return [Failure("region", f"'{region}' is not the provider's region {session.region}: the local target has one")]


def _known(row: ResourceType) -> str:
    names = [field.name for field in row.fields] + (["tags"] if row.tagging else [])
    return ", ".join(sorted(names))
