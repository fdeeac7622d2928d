"""`deployer-policies`: writes the IAM policies that each layer's deployer needs, in an environment."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from operations.deployer.ground import Ground
from operations.deployer.registered_types import registered_types
from operations.deployer.resource_types import RESOURCE_TYPES
from shared.layers import LAYERS
from shared.naming import Naming
from shared.operators import OPERATORS
from shared.policy_document import Statement, policy_json
from shared.settings import Settings
from shared.systems import load_systems

# What IAM allows of one managed policy; it does not count white space, and there is none here.
MOST_CHARACTERS = 6_144
# A policy is for the account that it is attached in, so this means no other where the settings name none.
ANY_ACCOUNT = "*"


def write_policies(settings: Settings, folder: Path) -> None:
    """Writes <layer>.json, or several numbered from 1 where one would be larger than IAM allows."""
    folder.mkdir(parents=True, exist_ok=True)
    for layer in LAYERS:
        documents = policies(settings, layer)
        for number, document in enumerate(documents, start=1):
            name = layer if len(documents) == 1 else f"{layer}-{number}"
            file = folder / f"{name}.json"
            file.write_text(document + "\n")
            print(f"wrote {file} ({len(document)} of {MOST_CHARACTERS} characters)")


def policies(settings: Settings, layer: str) -> list[str]:
    """The policy documents of one layer, as few as hold its statements."""
    accounts = settings.allowed_account_ids
    naming = Naming(settings.suffix, settings.region, accounts[0] if len(accounts) == 1 else ANY_ACCOUNT)
    ground = Ground(layer, settings, naming, (OPERATORS, *load_systems(settings.systems)))
    return list(_documents(statements(ground, registered_types(layer))))


def statements(ground: Ground, types: Iterable[str]) -> list[Statement]:
    """What the types need together: one statement for the same resources under the same conditions."""
    merged: dict[tuple[tuple[str, ...], str], set[str]] = {}
    for type_ in sorted(types):
        for right in RESOURCE_TYPES[type_]:
            place = right.place(ground)
            if place:
                limits = json.dumps(right.limit(ground), sort_keys=True)
                merged.setdefault((place, limits), set()).update(right.names)
    return [
        Statement(
            sid=f"{ground.layer.capitalize()}{number}",
            actions=tuple(sorted(names)),
            resources=place,
            conditions=json.loads(limits),
        )
        for number, ((place, limits), names) in enumerate(merged.items(), start=1)
    ]


def _documents(said: list[Statement]) -> Iterator[str]:
    begun: list[Statement] = []
    for statement in said:
        if begun and len(policy_json([*begun, statement])) > MOST_CHARACTERS:
            yield policy_json(begun)
            begun = []
        begun.append(statement)
    yield policy_json(begun)
