"""Nothing is deployed that the programs do not register, and all that they register is deployed as they say."""

from collections.abc import Iterator, Mapping

from operations.audit.finding import Finding, program
from operations.planned_steps import PlannedStep, planned_steps

CHECK = "unknown-resource"
DESCRIPTION = "Nothing deployed is unknown to the code, or other than the code says."

# What an update that has nothing to do would do. A refresh only looks; a read is a StackReference.
UNCHANGED = ("same", "read", "read-discard", "refresh")
UNKNOWN = ("delete", "discard", "discard-replaced", "delete-replaced")
MISSING = ("create", "create-replacement", "import", "import-replacement")


def examine(changes: Mapping[str, str], environment: str) -> Iterator[Finding]:
    """Findings from what `pulumi preview --json` says of each layer; OperationError where that can't be read."""
    for layer, text in changes.items():
        for step in planned_steps(layer, text, environment):
            yield from _findings(layer, step, environment)


def _findings(layer: str, step: PlannedStep, environment: str) -> Iterator[Finding]:
    if step.operation in UNCHANGED:
        return
    advice = f"deploy it, or describe it: just deploy {layer} {environment}"
    if step.operation in UNKNOWN:
        what = f"layer '{layer}' has deployed what its program does not register"
    elif step.operation in MISSING:
        what = f"layer '{layer}' has not deployed what its program registers"
    else:
        paths = ", ".join(sorted(step.differences)) or "see just preview"
        what = f"layer '{layer}' has deployed this other than its program says ({step.operation}): {paths}"
    yield Finding(CHECK, step.urn, what, advice, program(layer))
