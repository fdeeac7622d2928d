"""Read: a resource's inputs and outputs as AWS has them now."""

from typing import Any

import jmespath

from local.provider.calls import described, filled
from local.provider.equality import same
from local.provider.incoming import from_aws
from local.provider.schema import Description, Field, ResourceType
from local.provider.session import Session
from local.provider.shapes import at_path, member_of, request_shape, take
from local.provider.tagging import listed_tags
from local.provider.values import UNKNOWN, Properties


def read(
    session: Session, row: ResourceType, state: Properties, old: Properties
) -> tuple[Properties, Properties] | None:
    """Inputs and state as AWS has them, None when the resource is gone.

    state: the properties, outputs and id that are known; old: the inputs of the last update, whose form is kept where
    it means the same.
    """
    description = described(session, row, state)
    if description is None:
        return None
    found = {field.name: _found(session, row, field, description) for field in row.fields}
    inputs = {field.name: reconciled(field, found[field.name], old.get(field.name)) for field in row.fields}
    outputs = _outputs(row, description)
    stated = {**session.facts(), **state, **{name: value for name, value in inputs.items() if value is not None}}
    named = filled(row.templates, {**stated, **outputs})
    inputs |= _tags(session, row, {**stated, **outputs, **named}, description, old)
    inputs = {name: value for name, value in inputs.items() if value is not None}
    filled_in = {
        field.name: found[field.name]
        for field in row.fields
        if field.computed and field.name not in inputs and found[field.name] is not None
    }
    return inputs, {**filled_in, **inputs, **named, **outputs}


def expected(session: Session, row: ResourceType, inputs: Properties) -> Properties:
    """The state that a creation would give, unknown where only AWS can say."""
    facts = {**session.facts(), **inputs, "id": expected_id(session, row, inputs)}
    outputs = dict.fromkeys(row.outputs, UNKNOWN)
    computed = {field.name: UNKNOWN for field in row.fields if field.computed and field.name not in inputs}
    return {**computed, **inputs, **outputs, **filled(row.templates, facts)}


def expected_id(session: Session, row: ResourceType, inputs: Properties) -> str:
    """The id that a creation would give, unknown when AWS makes it up."""
    if isinstance(row.id, str) and row.id.startswith("$"):
        return UNKNOWN
    return filled(row.id, {**session.facts(), **inputs})


def reconciled(field: Field, found: Any, old: Any) -> Any:
    """A found value in the form the program has, where both mean the same; without what AWS filled in."""
    if field.write_only:
        return old
    if found is None:
        return old if old is not None and same(field, old, None) else field.default
    if old is None and (field.computed or (field.unset is not None and same(field, found, field.unset))):
        return None
    if isinstance(found, dict) and field.fields:
        before = old if isinstance(old, dict) else {}
        nested = {
            entry.name: reconciled(entry, found.get(entry.name), before.get(entry.name)) for entry in field.fields
        }
        found = {name: value for name, value in nested.items() if value is not None}
    elif isinstance(found, list) and isinstance(old, list) and len(found) == len(old) and field.fields:
        found = [_item(field, item, before) for item, before in zip(found, _aligned(found, old), strict=True)]
    return old if same(field, old, found) else found


def _item(field: Field, found: Any, old: Any) -> Any:
    nested = {entry.name: reconciled(entry, found.get(entry.name), old.get(entry.name)) for entry in field.fields}
    return {name: value for name, value in nested.items() if value is not None}


def _aligned(found: list[Any], old: list[Any]) -> list[Any]:
    if not all("name" in item for item in [*found, *old]):
        return old
    named = {item["name"]: item for item in old}
    return [named.get(item["name"], {}) for item in found]


def _found(session: Session, row: ResourceType, field: Field, description: Description) -> Any:
    if field.write_only:
        return None
    shape = request_shape(session, row.service, field.operation or row.shape_operation)
    member = member_of(shape, field) if field.member or field.kind is None else None
    path = field.found or member
    if path is None:
        return None
    return from_aws(at_path(shape, member) if member else None, field, take(description, path))


def _outputs(row: ResourceType, description: Description) -> Properties:
    found = {name: jmespath.search(path, description) for name, path in row.outputs.items()}
    return {
        name: value if isinstance(value, str | bool | int | float | dict | list) else str(value)
        for name, value in found.items()
        if value is not None
    }


def _tags(
    session: Session, row: ResourceType, state: Properties, description: Description, old: Properties
) -> Properties:
    if row.tagging is None:
        return {}
    every = listed_tags(session, row, state, description)
    defaults = session.configuration.default_tags
    stated = old.get("tags", {})
    own = {key: value for key, value in every.items() if key in stated or defaults.get(key) != value}
    return {"tagsAll": every, **({"tags": own} if own else {})}


def expected_change(row: ResourceType, state: Properties, old: Properties, new: Properties) -> Properties:
    """The state that an update would give, unknown where the update changes what AWS says."""
    changed = {
        output: UNKNOWN
        for output, causes in row.volatile.items()
        if not causes or any(not same(row.field(name), old.get(name), new.get(name)) for name in causes)
    }
    return {**state, **new, **changed}
