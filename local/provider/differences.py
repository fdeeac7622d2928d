"""Diff: which properties differ, and whether that is a change in place or a replacement."""

from dataclasses import dataclass
from typing import Any

from local.provider.equality import same
from local.provider.schema import Field, ResourceType
from local.provider.values import Properties


@dataclass(frozen=True)
class Difference:
    """One property that differs; the path may lead into an object, the name is the property's."""

    name: str
    path: str
    kind: str
    replaces: bool


@dataclass(frozen=True)
class Verdict:
    """All differences, and whether a replacement must delete first since it keeps the physical name."""

    differences: tuple[Difference, ...]
    delete_first: bool

    @property
    def replaces(self) -> list[str]:
        """The properties that force a replacement."""
        return [entry.name for entry in self.differences if entry.replaces]


def compared(row: ResourceType, old: Properties, new: Properties, ignored: tuple[str, ...] = ()) -> Verdict:
    """What differs between two sets of checked inputs; unknown values count as different."""
    names = [name for name in dict.fromkeys([*old, *new]) if name not in ignored and _counts(row, name, new)]
    found = [
        Difference(name, path, kind, _forces(row.field(name), old.get(name), new.get(name)))
        for name in names
        if not same(row.field(name), old.get(name), new.get(name))
        for path, kind in _paths(name, old.get(name), new.get(name))
    ]
    kept = bool(row.identity) and all(old.get(name) == new.get(name) for name in row.identity)
    return Verdict(tuple(found), delete_first=kept)


def _counts(row: ResourceType, name: str, new: Properties) -> bool:
    field = row.field(name)
    if field is None:
        return name in {"tags", "tagsAll"}
    # A value that AWS fills in stays as it is when the program stops stating it.
    return not (field.computed and new.get(name) is None)


def _forces(field: Field | None, old: Any, new: Any) -> bool:
    if field is None:
        return False
    return field.force_new or (field.force_new_if is not None and field.force_new_if(old, new))


def _paths(name: str, old: Any, new: Any) -> list[tuple[str, str]]:
    if isinstance(old, dict) and isinstance(new, dict):
        keys = [key for key in dict.fromkeys([*old, *new]) if old.get(key) != new.get(key)]
        return [(_joined(name, key), _kind(old.get(key), new.get(key))) for key in keys] or [(name, "update")]
    return [(name, _kind(old, new))]


def _joined(name: str, key: str) -> str:
    return f"{name}.{key}" if key.isidentifier() else f'{name}["{key}"]'


def _kind(old: Any, new: Any) -> str:
    if old is None:
        return "add"
    return "delete" if new is None else "update"
