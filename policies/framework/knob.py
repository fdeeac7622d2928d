"""What a project may set of a rule, by the engine's own configuration of policies."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Knob(Generic[T]):
    """One setting of one rule.

    `schema` is JSON Schema for its value: the engine refuses a configuration that does not fit.
    """

    name: str
    default: T
    description: str
    schema: Mapping[str, Any]

    def described(self) -> dict[str, Any]:
        """The schema as the engine shows it."""
        return {**self.schema, "default": self.default, "description": self.description}
