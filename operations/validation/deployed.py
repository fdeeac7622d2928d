"""The environment as its account shows it."""

from functools import cached_property
from typing import Any

from botocore.exceptions import ClientError

from operations.pulumi_command import PulumiCommand
from operations.target import Target
from shared.model import System
from shared.naming import Naming


class Deployed:
    """Clients, names and outputs of a deployed environment."""

    def __init__(self, pulumi: PulumiCommand) -> None:
        self._pulumi = pulumi
        self._clients: dict[str, Any] = {}

    @property
    def target(self) -> Target:
        return self._pulumi.target

    @property
    def systems(self) -> tuple[System, ...]:
        return self.target.systems

    @cached_property
    def naming(self) -> Naming:
        return self.target.naming()

    def client(self, service: str) -> Any:
        """One client for each service."""
        if service not in self._clients:
            self._clients[service] = self.target.client(service)
        return self._clients[service]

    def outputs(self, layer: str) -> dict[str, Any]:
        """Outputs of a layer; secret ones are masked."""
        return dict(self._pulumi.outputs(layer))

    def tags(self, service: str, operation: str, **request: str) -> dict[str, str]:
        """A resource's tags, whichever of AWS's shapes they come in; none where the resource is not found."""
        try:
            answer = getattr(self.client(service), operation)(**request)
        except ClientError:
            return {}
        said = next(value for key, value in answer.items() if key.lower() in ("tags", "taglist"))
        return said if isinstance(said, dict) else {tag["Key"]: tag["Value"] for tag in said}
