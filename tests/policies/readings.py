"""Finds out which properties a rule reads, and makes any of them unknown."""

import copy
from collections.abc import Iterator, Mapping
from typing import Any

from pulumi_policy.proxy import UNKNOWN_STRING_VALUE

from policies.framework.rule import Resource, Rule
from tests.policies.cases import Good


class Recorder(Mapping[str, Any]):
    """Properties that remember the paths of all that was asked of them, present or absent."""

    def __init__(self, properties: Mapping[str, Any], read: list[str], prefix: str = "") -> None:
        self._properties, self._read, self._prefix = properties, read, prefix

    def __getitem__(self, key: str) -> Any:
        path = self._prefix + key
        if path not in self._read:
            self._read.append(path)
        return _recorded(self._properties[key], self._read, f"{path}.")

    def __iter__(self) -> Iterator[str]:
        return iter(self._properties)

    def __len__(self) -> int:
        return len(self._properties)


def _recorded(value: Any, read: list[str], prefix: str) -> Any:
    if isinstance(value, list):
        return [_recorded(item, read, f"{prefix}{index}.") for index, item in enumerate(value)]
    return Recorder(value, read, prefix) if isinstance(value, dict) else value


def paths_read(rule: Rule, case: Good) -> list[str]:
    read: list[str] = []
    rule.evaluate(Resource(case.type, "it", Recorder(case.properties, read)))
    return read


def with_unknown(properties: dict[str, Any], path: str) -> dict[str, Any]:
    """A copy in which the value at the path is not known yet."""
    changed = copy.deepcopy(properties)
    holder: Any = changed
    *way, last = path.split(".")
    for key in way:
        holder = holder[int(key)] if isinstance(holder, list) else holder[key]
    holder[last] = UNKNOWN_STRING_VALUE
    return changed
