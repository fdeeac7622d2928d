"""The hash of what a layer is built from, the same in a program and in the recipes."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

from shared.checkout import CHECKOUT
from shared.layers import UPSTREAMS
from shared.settings import Settings
from shared.systems import folder_name

# Only the layer that ships the functions' code depends on it; all others depend on the descriptions alone.
SHIPS_CODE = "compute"


def built_from(layer: str, settings: Settings, checkout: Path = CHECKOUT) -> str:
    """Hex digest over the layer's program, the library, the settings, and what the systems say."""
    if layer not in UPSTREAMS:
        raise KeyError(f"no layer '{layer}'; there are: {', '.join(UPSTREAMS)}")
    digest = hashlib.sha256()
    for file in sorted(_sources(layer, settings, checkout)):
        digest.update(file.relative_to(checkout).as_posix().encode() + b"\0")
        digest.update(file.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


def _sources(layer: str, settings: Settings, checkout: Path) -> Iterator[Path]:
    yield from (checkout / "shared").rglob("*.py")
    yield checkout / "projects" / layer / "__main__.py"
    yield checkout / "environments" / f"{settings.environment}.yaml"
    if layer == SHIPS_CODE:
        yield checkout / "poetry.lock"
        yield from (checkout / "services" / "common").rglob("*.py")
    for system in settings.systems:
        folder = checkout / "services" / folder_name(system)
        yield folder / "system.py"
        yield from folder.glob("schemas/*.json")
        if layer == SHIPS_CODE:
            yield from (file for file in folder.rglob("*.py") if file.name != "system.py")
