"""What a component needs to know of where it stands."""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi

from shared.contract import Element
from shared.model import System
from shared.naming import Naming
from shared.references import Upstreams
from shared.settings import Settings

PROJECT = "event-systems"


@dataclass(frozen=True, slots=True)
class Scope:
    """One system's part of one layer in one environment."""

    layer: str
    settings: Settings
    naming: Naming
    system: System
    upstreams: Upstreams

    @property
    def tags(self) -> Mapping[str, str]:
        """Tags of every taggable resource; the system's own and then the environment's come last and win."""
        return {
            "Environment": self.settings.suffix,
            "Project": PROJECT,
            "System": self.system.name,
            "Layer": self.layer,
            "ManagedBy": "pulumi",
            "CostCenter": self.system.name,
            **self.system.tags,
            **self.settings.tags,
        }

    def upstream(self, element: Element, attribute: str) -> pulumi.Output[str]:
        """An attribute of an element that an upstream layer exports."""
        return self.upstreams.read(self.system, element, attribute)

    def component_type(self, kind: str) -> str:
        """Type token of a component of this layer."""
        return f"{PROJECT}:{self.layer}:{kind}"
