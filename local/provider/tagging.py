"""Tags: put at creation, changed in place, listed."""

from typing import Any

from local.provider.calls import call, filled
from local.provider.schema import Change, Description, ResourceType, Tagging
from local.provider.session import Session
from local.provider.shapes import at_path, put, request_shape, take
from local.provider.values import Properties


def tags_at_creation(session: Session, row: ResourceType, inputs: Properties) -> dict[str, Any]:
    """The part of the creating request that holds tags."""
    tags = inputs.get("tagsAll")
    if row.tagging is None or row.tagging.on_create is None or not tags:
        return {}
    request: dict[str, Any] = {}
    shape = at_path(request_shape(session, row.service, str(row.shape_operation)), row.tagging.on_create)
    put(request, row.tagging.on_create, _as_aws(shape, tags))
    return request


def retag(row: ResourceType, change: Change) -> None:
    """Makes the resource's tags those of the new inputs."""
    tagging, session = row.tagging, change.session
    if tagging is None:
        return
    if tagging.put:
        tagging.put(change)
        return
    old, new = change.old.get("tagsAll", {}), change.new.get("tagsAll", {})
    gone = [key for key in old if key not in new]
    changed = {key: value for key, value in new.items() if old.get(key) != value}
    name = _address(session, tagging, change.key)
    if gone:
        call(session, row.service, tagging.untag, **name, **{tagging.keys: gone})
    if changed:
        shape = request_shape(session, row.service, tagging.tag).members[tagging.tags]
        call(session, row.service, tagging.tag, **name, **{tagging.tags: _as_aws(shape, changed)})


def listed_tags(session: Session, row: ResourceType, state: Properties, description: Description) -> dict[str, str]:
    """The resource's tags now, from its description or from a call of their own."""
    tagging = row.tagging
    if tagging is None:
        return {}
    source = description
    if tagging.listing:
        source = tagging.listing(session, state)
    elif tagging.listed:
        source = call(session, row.service, tagging.listed, **_address(session, tagging, state))
    return _as_map(take(source, tagging.found) or {})


def _address(session: Session, tagging: Tagging, state: Properties) -> dict[str, str]:
    facts = {**state, **session.facts()}
    return {tagging.arn[0]: filled(tagging.arn[1], facts), **filled(tagging.extra, facts)}


def _as_aws(shape: Any, tags: dict[str, str]) -> Any:
    if shape.type_name == "map":
        return tags
    key, value = ("TagKey", "TagValue") if "TagKey" in shape.member.members else ("Key", "Value")
    return [{key: name, value: text} for name, text in tags.items()]


def _as_map(tags: Any) -> dict[str, str]:
    if isinstance(tags, dict):
        return dict(tags)
    return {tag.get("Key", tag.get("TagKey")): tag.get("Value", tag.get("TagValue")) for tag in tags}
