"""The steps of an update, as `pulumi preview --json` tells them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from operations.problem import OperationError


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """What the engine would do to one resource, and by property path in what it differs."""

    operation: str
    urn: str
    differences: Mapping[str, Any]


def planned_steps(layer: str, changes: str, environment: str) -> tuple[PlannedStep, ...]:
    """All steps of a layer's preview; OperationError where it can't be read."""
    try:
        return tuple(
            PlannedStep(step["op"], step["urn"], step.get("detailedDiff") or {})
            for step in json.loads(changes)["steps"]
        )
    except (ValueError, KeyError, TypeError) as error:
        raise OperationError(
            f"the preview of layer '{layer}' can't be read ({type(error).__name__}); "
            f"see what it says: just preview {layer} {environment}"
        ) from None
