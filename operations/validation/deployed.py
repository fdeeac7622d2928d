"""The environment as its account shows it."""

import json
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from threading import Lock
from typing import Any

from operations.pulumi_command import PulumiCommand
from operations.target import Target
from shared.contract import Element, output_key, owner
from shared.layers import LAYERS
from shared.model import System
from shared.naming import Naming
from shared.operators import OPERATORS
from shared.settings import Settings


class MissingOutputError(Exception):
    """A layer does not export what is looked for."""


class Deployed:
    """Names, outputs and describe calls of a deployed environment; each call is made once."""

    def __init__(self, pulumi: PulumiCommand) -> None:
        self._pulumi = pulumi
        self._clients: dict[str, Any] = {}
        self._answers: dict[str, Any] = {}
        self._making = Lock()

    @property
    def target(self) -> Target:
        return self._pulumi.target

    @property
    def settings(self) -> Settings:
        return self.target.settings

    @property
    def systems(self) -> tuple[System, ...]:
        """The environment's systems, and what every environment has for its operators."""
        return (OPERATORS, *self.target.systems)

    @cached_property
    def naming(self) -> Naming:
        return self.target.naming()

    @cached_property
    def outputs(self) -> Mapping[str, Mapping[str, Any]]:
        """Outputs of each layer; secret ones are masked."""
        with ThreadPoolExecutor(2) as pool:
            return dict(zip(LAYERS, pool.map(self._pulumi.outputs, LAYERS), strict=True))

    def output(self, element: Element, attribute: str) -> str:
        """What the element's layer exports of it; MissingOutputError where it does not."""
        layer, key = owner(element), output_key(element, attribute)
        if key not in self.outputs[layer]:
            raise MissingOutputError(f"layer '{layer}' exports no '{key}'")
        return str(self.outputs[layer][key])

    def ask(self, service: str, operation: str, **request: Any) -> dict[str, Any]:
        """The answer to a describe call; botocore's errors where there is none."""
        key = json.dumps([service, operation, request], sort_keys=True)
        if key not in self._answers:
            self._answers[key] = getattr(self._client(service), operation)(**request)
        return self._answers[key]

    def ask_all(self, service: str, operation: str, member: str, **request: Any) -> list[Any]:
        """A member of the answers' pages, put together."""
        pages = self._client(service).get_paginator(operation).paginate(**request)
        return [found for page in pages for found in page[member]]

    def _client(self, service: str) -> Any:
        with self._making:
            if service not in self._clients:
                self._clients[service] = self.target.client(service)
            return self._clients[service]
