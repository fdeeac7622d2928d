"""A role's policy with one grant less."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Document = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Mutant:
    """What was taken away, by which keys it was conditioned, and the policy document that is left."""

    actions: tuple[str, ...]
    resources: tuple[str, ...]
    document: Document
    condition_keys: frozenset[str] = frozenset()


def mutants(document: Document) -> Iterator[Mutant]:
    """The policy without each of its grants, and without each action of those that have several; denials stay."""
    statements: list[dict[str, Any]] = document["Statement"]
    for place, statement in enumerate(statements):
        if statement["Effect"] == "Deny":
            continue
        before, after = statements[:place], statements[place + 1 :]
        actions, resources = tuple(statement["Action"]), tuple(statement["Resource"])
        keys = frozenset(key for tested in statement.get("Condition", {}).values() for key in tested)
        yield Mutant(actions, resources, {**document, "Statement": [*before, *after]}, keys)
        if len(actions) > 1:
            for action in actions:
                kept = {**statement, "Action": [one for one in actions if one != action]}
                yield Mutant((action,), resources, {**document, "Statement": [*before, kept, *after]}, keys)
