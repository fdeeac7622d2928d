"""Shows what is deployed: outputs, state."""

from pathlib import Path

from operations.display import show_table
from operations.pulumi_command import PulumiCommand
from shared.built_from import built_from
from shared.contract import BUILT_FROM
from shared.layers import LAYERS


def show_outputs(pulumi: PulumiCommand) -> None:
    """Every output of every deployed layer."""
    stacks = pulumi.stacks()
    rows = [
        (layer, key, str(value))
        for layer in LAYERS
        if layer in stacks and stacks[layer].deployed
        for key, value in sorted(pulumi.outputs(layer).items())
    ]
    show_table(f"outputs of '{pulumi.target.environment}'", ("layer", "output", "value"), rows)


def export_stacks(pulumi: PulumiCommand, folder: Path) -> None:
    """Writes each deployed layer's state into the folder as <layer>.json."""
    folder.mkdir(parents=True, exist_ok=True)
    for layer, stack in pulumi.stacks().items():
        if stack.deployed:
            file = folder / f"{layer}.json"
            file.write_text(pulumi.export(layer))
            print(f"wrote {file}")


def show_status(pulumi: PulumiCommand) -> None:
    """Each layer: whether it stands, since when, and whether it is what the checkout describes."""
    stacks = pulumi.stacks()
    rows: list[tuple[str, ...]] = []
    for layer in LAYERS:
        stack = stacks.get(layer)
        if stack is None or not stack.deployed:
            rows.append((layer, "not deployed", "", "", ""))
            continue
        deployed = str(pulumi.outputs(layer).get(BUILT_FROM, ""))
        current = deployed == built_from(layer, pulumi.target.settings)
        state = "up to date" if current else "stale: the checkout describes something else"
        rows.append((layer, state, str(stack.resources), deployed, stack.last_update or ""))
    columns = ("layer", "state", "resources", "built from", "last update")
    show_table(f"layers of '{pulumi.target.environment}'", columns, rows)
