"""The deployed state of an environment, as the layers' stacks hold it."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from operations.problem import OperationError
from shared.contract import Element, output_key, owner
from shared.layers import LAYERS
from shared.model import System
from shared.naming import Naming

STACK = "pulumi:pulumi:Stack"


@dataclass(frozen=True, slots=True)
class Resource:
    """A deployed resource; `inputs` and `outputs` have the official property names."""

    layer: str
    urn: str
    type: str
    id: str
    inputs: Mapping[str, Any]
    outputs: Mapping[str, Any]

    @property
    def name(self) -> str:
        """Its name in its program, the last part of its URN."""
        return self.urn.rpartition("::")[2]

    @property
    def arn(self) -> str:
        """Its ARN; empty where it has none."""
        return str(self.outputs.get("arn", ""))


@dataclass(frozen=True, slots=True)
class State:
    """Resources and outputs of all layers."""

    resources: tuple[Resource, ...]
    outputs: Mapping[str, Mapping[str, Any]]

    def of(self, type_: str) -> Iterator[Resource]:
        """The resources of a type, said as in `sqs/queue:Queue`."""
        return (resource for resource in self.resources if resource.type == f"aws:{type_}")

    def by_arn(self, type_: str) -> dict[str, Resource]:
        """The resources of a type by their ARNs."""
        return {resource.arn: resource for resource in self.of(type_)}

    def output(self, element: Element, attribute: str) -> str | None:
        """What the element's layer exports of it; None where it does not."""
        return self.outputs[owner(element)].get(output_key(element, attribute))


@dataclass(frozen=True, slots=True)
class Deployed:
    """What every join looks at: the state, and the descriptions that it should follow."""

    state: State
    systems: tuple[System, ...]
    naming: Naming
    environment: str


def read_state(exports: Mapping[str, str]) -> State:
    """The state from what `pulumi stack export` says of each layer; OperationError where that can't be read."""
    resources: list[Resource] = []
    outputs: dict[str, Mapping[str, Any]] = {}
    for layer in LAYERS:
        try:
            deployed = json.loads(exports[layer])["deployment"]["resources"]
            for one in deployed:
                if one["type"] == STACK:
                    outputs[layer] = one.get("outputs", {})
                elif one.get("custom") and not one["type"].startswith("pulumi:"):
                    resources.append(_resource(layer, one))
        except (ValueError, KeyError, TypeError) as error:
            raise OperationError(
                f"the exported state of layer '{layer}' can't be read ({type(error).__name__}); see: just export"
            ) from None
        outputs.setdefault(layer, {})
    return State(tuple(resources), outputs)


def _resource(layer: str, one: Mapping[str, Any]) -> Resource:
    said = (one["urn"], one["type"], one.get("id", ""), one.get("inputs", {}), one.get("outputs", {}))
    return Resource(layer, *said)
