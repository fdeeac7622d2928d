"""Nothing is deployed that the programs do not register, and all that they register is deployed as they say."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from operations.audit.finding import Finding, program
from operations.problem import OperationError

CHECK = "unknown-resource"
DESCRIPTION = "Nothing deployed is unknown to the code, or other than the code says."

# What an update that has nothing to do would do. A refresh only looks; a read is a StackReference.
UNCHANGED = ("same", "read", "read-discard", "refresh")
UNKNOWN = ("delete", "discard", "discard-replaced", "delete-replaced")
MISSING = ("create", "create-replacement", "import", "import-replacement")


def examine(changes: Mapping[str, str], environment: str) -> Iterator[Finding]:
    """Findings from what `pulumi preview --json` says of each layer; OperationError where that can't be read."""
    for layer, text in changes.items():
        try:
            steps = json.loads(text)["steps"]
            for step in steps:
                yield from _step(layer, step["op"], step["urn"], step.get("detailedDiff") or {}, environment)
        except (ValueError, KeyError, TypeError) as error:
            raise OperationError(
                f"the preview of layer '{layer}' can't be read ({type(error).__name__}); "
                f"see what it says: just preview {layer} {environment}"
            ) from None


def _step(layer: str, operation: str, urn: str, differences: Mapping[str, Any], environment: str) -> Iterator[Finding]:
    if operation in UNCHANGED:
        return
    advice = f"deploy it, or describe it: just deploy {layer} {environment}"
    if operation in UNKNOWN:
        what = f"layer '{layer}' has deployed what its program does not register"
    elif operation in MISSING:
        what = f"layer '{layer}' has not deployed what its program registers"
    else:
        paths = ", ".join(sorted(differences)) or "see just preview"
        what = f"layer '{layer}' has deployed this other than its program says ({operation}): {paths}"
    yield Finding(CHECK, urn, what, advice, program(layer))
