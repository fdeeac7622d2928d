"""Policy documents taken apart into what they permit or forbid, one action on one resource at a time."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from operations.validation.documents import Document, statements


@dataclass(frozen=True, slots=True, order=True)
class Permission:
    """One action on one resource, allowed or denied; `conditions` is JSON, empty where there are none."""

    effect: str
    action: str
    resource: str
    conditions: str = ""

    def __str__(self) -> str:
        where = f" where {self.conditions}" if self.conditions else ""
        return f"{self.action} on {self.resource}{where}"


def permissions(document: Document) -> Iterator[Permission]:
    """What the document's statements say; all but a list is a text of its own, which fits no name."""
    for statement in statements(document):
        conditions = json.dumps(statement["Condition"], sort_keys=True) if "Condition" in statement else ""
        for action in each_of(statement, "Action"):
            for resource in each_of(statement, "Resource"):
                yield Permission(statement["Effect"], action, resource, conditions)


def each_of(statement: Mapping[str, Any], member: str) -> list[str]:
    """What a statement says of its actions or resources, one by one, with those that it excepts."""
    excepted = statement.get(f"Not{member}", [])
    listed = excepted if isinstance(excepted, list) else [excepted]
    return [*statement.get(member, []), *(f"all but {one}" for one in sorted(map(str, listed)))]
