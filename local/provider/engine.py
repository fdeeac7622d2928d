"""Create, update and delete over a row of the table."""

from dataclasses import replace
from typing import Any

import jmespath
from botocore.exceptions import BotoCoreError, ClientError

from local.provider.calls import call, filled, found_or_none, own_fields, request_of, unparted_fields
from local.provider.equality import same
from local.provider.errors import PartlyCreatedError, ProviderError, explained
from local.provider.reading import read
from local.provider.schema import Change, ResourceType
from local.provider.session import Session
from local.provider.shapes import member_of, request_shape
from local.provider.tagging import listed_tags, retag, tags_at_creation
from local.provider.values import Properties


def create(session: Session, row: ResourceType, name: str, inputs: Properties) -> tuple[str, Properties]:
    """Id and state of the new resource; when a part of it fails the creation is undone."""
    with explained("creating", row.pulumi_type, name):
        response = _created(session, row, inputs)
    made = _made(session, row, inputs, response)
    try:
        with explained("completing", row.pulumi_type, name):
            return made, _completed(session, row, made, {**inputs, **_kept(row, response)}, inputs)
    except ProviderError as error:
        _undo(session, row, name, made, inputs=inputs, reason=str(error))
        raise


def update(
    session: Session,
    row: ResourceType,
    name: str,
    resource_id: str,
    *,
    state: Properties,
    old: Properties,
    new: Properties,
) -> Properties:
    """The state after making the resource what the new inputs say."""
    with explained("updating", row.pulumi_type, name):
        change = Change(session, resource_id, old, new, state)
        _update_own(row, change)
        for part in row.parts:
            if _differs(row, change, part.names):
                part.apply(change)
        if not same(None, old.get("tagsAll"), new.get("tagsAll")):
            retag(row, change)
        kept = {name: value for name, value in state.items() if row.field(name) is None and name != "tags"}
        return _state(session, row, resource_id, {**kept, **new})


def delete(session: Session, row: ResourceType, name: str, resource_id: str, state: Properties) -> None:
    """Removes the resource; one that is gone already is no error."""
    with explained("deleting", row.pulumi_type, name):
        _deleted(session, row, {**state, "id": resource_id})


def refreshed(
    session: Session, row: ResourceType, name: str, resource_id: str, *, state: Properties, old: Properties
) -> tuple[Properties, Properties] | None:
    """Inputs and state as AWS has them now, None when the resource is gone."""
    with explained("reading", row.pulumi_type, name):
        return read(session, row, {**state, "id": resource_id}, old)


def _created(session: Session, row: ResourceType, inputs: Properties) -> Any:
    if not isinstance(row.create, str):
        return row.create(session, inputs)
    request = request_of(session, row, inputs, own_fields(row))
    return call(session, row.service, row.create, **request, **tags_at_creation(session, row, inputs))


def _made(session: Session, row: ResourceType, inputs: Properties, response: Any) -> str:
    if isinstance(row.id, str) and row.id.startswith("$"):
        return str(jmespath.search(row.id[2:], response))
    return str(filled(row.id, {**session.facts(), **inputs}))


def _kept(row: ResourceType, response: Any) -> Properties:
    return {name: jmespath.search(path, response) for name, path in row.kept.items()}


def _completed(
    session: Session, row: ResourceType, made: str, properties: Properties, inputs: Properties
) -> Properties:
    if row.settle:
        row.settle(session, {**inputs, "id": made})
    change = Change(session, made, {}, inputs, _first_state(session, row, made, properties))
    for part in row.parts:
        if any(_stated(row, inputs, field) for field in part.names):
            part.apply(change)
    if row.tagging and row.tagging.on_create is None:
        # Tags can outlive what they were on; those listed now are what the new ones replace.
        before = listed_tags(session, row, change.key, {})
        retag(row, replace(change, old={"tagsAll": before}))
    return _state(session, row, made, properties)


def _stated(row: ResourceType, inputs: Properties, name: str) -> bool:
    field = row.field(name)
    return inputs.get(name) is not None and (field is None or not same(field, inputs[name], field.default))


def _first_state(session: Session, row: ResourceType, made: str, properties: Properties) -> Properties:
    state = {**properties, "id": made}
    found = read(session, row, state, properties) if row.parts or row.tagging else None
    return state if found is None else {**found[1], **state}


def _state(session: Session, row: ResourceType, resource_id: str, properties: Properties) -> Properties:
    if row.settle:
        row.settle(session, {**properties, "id": resource_id})
    inputs = {name: value for name, value in properties.items() if row.field(name) or name in {"tags", "tagsAll"}}
    found = read(session, row, {**properties, "id": resource_id}, inputs)
    if found is None:
        raise ProviderError(f"{row.pulumi_type} '{resource_id}' is gone right after the change.")
    # The program's own form of its inputs is what the next diff compares with.
    return {**found[1], **inputs}


def _undo(session: Session, row: ResourceType, name: str, made: str, *, inputs: Properties, reason: str) -> None:
    try:
        _deleted(session, row, {**inputs, "id": made})
    except (ClientError, BotoCoreError, ProviderError) as error:
        message = f"{reason} (and undoing the creation failed: {error})"
        raise PartlyCreatedError(message, made, {**inputs, "id": made}, inputs) from error


def _update_own(row: ResourceType, change: Change) -> None:
    session = change.session
    changed = [field for field in unparted_fields(row) if _differs(row, change, (field.name,))]
    if not changed:
        return
    if row.update is None:
        names = ", ".join(field.name for field in changed)
        raise ProviderError(f"{row.pulumi_type} can't change {names} in place.")
    if not isinstance(row.update, str):
        row.update(change)
        return
    if row.update == row.create:
        emptied = {
            str(member_of(request_shape(session, row.service, row.shape_operation), field)): field.cleared
            for field in changed
            if field.cleared is not None and change.new.get(field.name) is None
        }
        call(session, row.service, row.update, **request_of(session, row, change.new, own_fields(row)), **emptied)
        return
    request = {**request_of(session, row, change.new, changed), **_cleared(session, row, change, changed)}
    facts = {**change.key, **session.facts()}
    call(session, row.service, row.update, **{**request, **filled(row.key, facts)})


def _cleared(session: Session, row: ResourceType, change: Change, changed: list[Any]) -> dict[str, Any]:
    shape = request_shape(session, row.service, row.shape_operation)
    empty = {"string": "", "list": [], "map": {}, "structure": {}}
    gone = [field for field in changed if change.new.get(field.name) is None]
    return {
        str(member_of(shape, field)): empty.get(shape.members[member_of(shape, field)].type_name)
        if field.cleared is None
        else field.cleared
        for field in gone
    }


def _differs(row: ResourceType, change: Change, names: tuple[str, ...]) -> bool:
    return any(not same(row.field(name), change.old.get(name), change.new.get(name)) for name in names)


def _deleted(session: Session, row: ResourceType, state: Properties) -> None:
    if not isinstance(row.delete, str):
        row.delete(session, state)
    else:
        facts = {**state, **session.facts()}
        found_or_none(session, row.service, row.delete, **filled(row.delete_key or row.key, facts))
