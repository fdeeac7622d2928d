"""Every output contract is met."""

from collections.abc import Iterator

from operations.audit.finding import Finding, program
from operations.audit.state import Deployed, State
from shared.contract import BUILT_FROM, output_key, promised
from shared.layers import LAYERS

CHECK = "output-contract"
DESCRIPTION = "Every layer exports what it promises, of what it has deployed, and nothing else."


def examine(deployed: Deployed) -> Iterator[Finding]:
    """Findings on outputs that are promised and missing, that nobody promised, and that name nothing deployed."""
    for layer in LAYERS:
        exported = deployed.state.outputs[layer]
        known = _values(deployed.state, layer)
        owed = {output_key(*promise) for system in deployed.systems for promise in promised(layer, system)}
        advice = f"deploy it: just deploy {layer} {deployed.environment}"
        for key in sorted(owed | {BUILT_FROM}):
            if not exported.get(key):
                yield _finding(layer, key, f"layer '{layer}' promises '{key}' and does not export it", advice)
            elif key in owed and isinstance(exported[key], str) and exported[key] not in known:
                message = f"'{key}' names what layer '{layer}' has not deployed: {exported[key]}"
                yield _finding(layer, key, message, advice)
        for key in sorted(set(exported) - owed - {BUILT_FROM}):
            message = f"layer '{layer}' exports '{key}', which no contract promises"
            yield _finding(layer, key, message, f"declare it in shared/contract.py, or {advice}")


def _values(state: State, layer: str) -> set[str]:
    """All that the layer's resources say of themselves in words."""
    own = [resource for resource in state.resources if resource.layer == layer]
    said = {value for resource in own for value in resource.outputs.values() if isinstance(value, str)}
    return said | {resource.id for resource in own}


def _finding(layer: str, key: str, message: str, advice: str) -> Finding:
    return Finding(CHECK, f"{layer}:{key}", message, advice, program(layer))
