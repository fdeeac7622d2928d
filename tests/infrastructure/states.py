"""What `pulumi stack export` would say of a recorded environment, and what may have become of it."""

import json
from collections.abc import Callable, Mapping
from copy import deepcopy
from typing import Any

from operations.audit.state import STACK, State, read_state
from tests.infrastructure.engine import Environment

# Exported states by layer.
Exports = dict[str, dict[str, Any]]
Tamper = Callable[[Exports], None]


def exports_of(environment: Environment) -> Exports:
    """Each layer's state as the engine would keep it."""
    exports: Exports = {}
    for name, layer in environment.layers.items():
        stack = {"urn": f"urn:pulumi:prod::{name}::{STACK}::{name}-prod", "type": STACK, "outputs": layer.outputs}
        resources = [
            {
                "urn": one.urn,
                "type": one.type,
                "custom": one.type.startswith("aws:"),
                "id": one.outputs["id"],
                "inputs": one.inputs,
                "outputs": one.outputs,
            }
            for one in layer.resources
        ]
        exports[name] = {"version": 3, "deployment": {"resources": [stack, *resources]}}
    # What was recorded is shared by all tests, and archives and secrets are objects of the engine's own.
    return json.loads(json.dumps(exports, default=str))


def tampered(exports: Exports, tamper: Tamper) -> State:
    """The state after something was done to it."""
    copy = deepcopy(exports)
    tamper(copy)
    return read_state({layer: json.dumps(state) for layer, state in copy.items()})


def resources(exports: Exports, layer: str) -> list[dict[str, Any]]:
    return exports[layer]["deployment"]["resources"]


def the(exports: Exports, layer: str, type_: str, name: str) -> dict[str, Any]:
    """The resource of a type, said as in `sqs/queue:Queue`, and of a name in its program."""
    (found,) = (
        one
        for one in resources(exports, layer)
        if one["type"] == f"aws:{type_}" and one["urn"].rpartition("::")[2] == name
    )
    return found


def sets(layer: str, type_: str, name: str, **said: Any) -> Tamper:
    """The resource has other inputs."""
    return lambda exports: the(exports, layer, type_, name)["inputs"].update(said)


def removes(layer: str, type_: str, name: str) -> Tamper:
    """The resource is gone."""
    return lambda exports: resources(exports, layer).remove(the(exports, layer, type_, name))


def adds(layer: str, type_: str, name: str, inputs: Mapping[str, Any]) -> Tamper:
    """There is one resource more."""
    one = {"urn": f"urn:pulumi:prod::{layer}::aws:{type_}::{name}", "type": f"aws:{type_}", "custom": True, "id": name}
    return lambda exports: resources(exports, layer).append({**one, "inputs": dict(inputs), "outputs": {}})


def outputs(layer: str, **said: Any) -> Tamper:
    """The layer exports something else."""
    return lambda exports: resources(exports, layer)[0]["outputs"].update(said)
