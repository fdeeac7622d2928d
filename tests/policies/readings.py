"""Finds out which properties a rule reads, and makes any of them unknown."""

import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from pulumi_policy.proxy import UNKNOWN_STRING_VALUE

from policies.framework.resource import IDENTIFIERS
from policies.framework.rule import ResourceRule, Rule
from tests.policies.case import Good, Peer
from tests.policies.verdicts import verdict_of


@dataclass(frozen=True)
class Reading:
    """A property that a rule reads of one of a case's resources, or of its provider, by the keys that lead to it."""

    resource: str
    path: tuple[str, ...]


Path = tuple[str, ...]


class Recorder(Mapping[str, Any]):
    """Properties that remember the paths of all that was asked of them, present or absent."""

    def __init__(self, properties: Mapping[str, Any], read: list[Path], prefix: Path = ()) -> None:
        self._properties, self._read, self._prefix = properties, read, prefix

    def __getitem__(self, key: str) -> Any:
        path = (*self._prefix, key)
        if path not in self._read:
            self._read.append(path)
        return _recorded(self._properties[key], self._read, path)

    def __iter__(self) -> Iterator[str]:
        return iter(self._properties)

    def __len__(self) -> int:
        return len(self._properties)


def _recorded(value: Any, read: list[Path], prefix: Path) -> Any:
    if isinstance(value, list):
        return [_recorded(item, read, (*prefix, str(index))) for index, item in enumerate(value)]
    return Recorder(value, read, prefix) if isinstance(value, dict) else value


def readings(rule: Rule, case: Good) -> list[Reading]:
    """All that the rule reads of the case.

    Among several resources identifiers, which are read to recognise one, are left to `without_identifiers`.
    """
    paths: dict[str, list[Path]] = {each.place.name: [] for each in case.resources}

    def recording(peer: Peer) -> Peer:
        read = paths[peer.place.name]
        provider = Recorder(peer.place.provider, read, ("provider",))
        return Peer(peer.type, Recorder(peer.properties, read), replace(peer.place, provider=provider))

    verdict_of(rule, _with(case, {each.place.name: recording(each) for each in case.resources}))
    is_alone = isinstance(rule, ResourceRule)
    return [
        Reading(name, path) for name, read in paths.items() for path in read if is_alone or path[0] not in IDENTIFIERS
    ]


def with_unknown(case: Good, reading: Reading) -> Good:
    """The case, in which the value is not known yet."""
    (target,) = (each for each in case.resources if each.place.name == reading.resource)
    if reading.path[0] == "provider":
        changed = replace(target, place=replace(target.place, provider={reading.path[1]: UNKNOWN_STRING_VALUE}))
    else:
        changed = replace(target, properties=_unknown_at(target.properties, reading.path))
    return _with(case, {reading.resource: changed})


def without_identifiers(case: Good, name: str) -> Good:
    """The case, in which nothing is known that one of its resources could be recognised by."""
    (target,) = (each for each in case.resources if each.place.name == name)
    unknown = {key: UNKNOWN_STRING_VALUE if key in IDENTIFIERS else value for key, value in target.properties.items()}
    return _with(case, {name: replace(target, properties=unknown)})


def _unknown_at(properties: Mapping[str, Any], path: Path) -> dict[str, Any]:
    changed = copy.deepcopy(dict(properties))
    holder: Any = changed
    *way, last = path
    for key in way:
        holder = holder[int(key)] if isinstance(holder, list) else holder[key]
    holder[last] = UNKNOWN_STRING_VALUE
    return changed


def _with(case: Good, changed: Mapping[str, Peer]) -> Good:
    subject, *peers = (changed.get(each.place.name, each) for each in case.resources)
    return Good(subject.type, subject.properties, peers=tuple(peers), settings=case.settings, place=subject.place)
