"""Reads the outputs of upstream layers, checked against the contract."""

import asyncio
import os
from collections.abc import Mapping
from typing import Any

import pulumi

from shared.contract import Element, output_key, owner
from shared.layers import UPSTREAMS
from shared.model import System
from shared.naming import Naming
from shared.prediction import predicted

# Names the upstream layers that have no stack yet; the recipes set it, because a program can't catch a missing stack.
NOT_DEPLOYED = "EVENT_SYSTEMS_NOT_DEPLOYED"


class ContractError(pulumi.RunError):
    """An upstream layer does not export what it promises."""


class Upstreams:
    """The upstream layers of one layer in one environment."""

    def __init__(self, layer: str, environment: str, naming: Naming) -> None:
        self._layer = layer
        self._environment = environment
        self._naming = naming
        self._previews = pulumi.runtime.is_dry_run()
        missing = os.environ.get(NOT_DEPLOYED, "").split() if self._previews else []
        self._predicted = [upstream for upstream in UPSTREAMS[layer] if upstream in missing]
        self._told: set[str] = set()
        self._stacks: dict[str, pulumi.StackReference] = {}
        if self._predicted:
            pulumi.log.warn(f"predicted, because not deployed yet: all outputs of {', '.join(self._predicted)}")

    def read(self, system: System, element: Element, attribute: str) -> pulumi.Output[str]:
        """An attribute of an element that an upstream layer exports, or, in a preview, is about to export."""
        layer = owner(element)
        if layer in self._predicted:
            return self._foretell(system, element, attribute)
        key = output_key(element, attribute)

        def promised(outputs: Mapping[str, Any]) -> pulumi.Input[str]:
            if key in outputs:
                return outputs[key]
            if not self._previews:
                raise self._broken(layer, key)
            self._tell(layer, key)
            return self._foretell(system, element, attribute)

        return self._stack(layer).outputs.apply(promised)

    def _foretell(self, system: System, element: Element, attribute: str) -> pulumi.Output[str]:
        foretold = predicted(element, self._naming, system)
        return pulumi.Output.from_input(foretold[attribute]) if attribute in foretold else _unknown()

    def _stack(self, layer: str) -> pulumi.StackReference:
        if layer not in self._stacks:
            name = f"{pulumi.get_organization()}/{layer}/{self._environment}"
            self._stacks[layer] = pulumi.StackReference(name)
        return self._stacks[layer]

    def _tell(self, layer: str, key: str) -> None:
        if key not in self._told:
            self._told.add(key)
            pulumi.log.warn(f"predicted, because layer '{layer}' does not export it yet: {key}")

    def _broken(self, layer: str, key: str) -> ContractError:
        return ContractError(
            f"layer '{layer}' exports no '{key}', which layer '{self._layer}' needs; "
            f"deploy it first: just deploy {layer} {self._environment}"
        )


def _unknown() -> pulumi.Output[str]:
    """What only the deployment can tell; a policy that meets it waits for that."""
    value: asyncio.Future[str] = asyncio.Future()
    value.set_result("")
    known: asyncio.Future[bool] = asyncio.Future()
    known.set_result(False)
    return pulumi.Output(set(), value, known)
