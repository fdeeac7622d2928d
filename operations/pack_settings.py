"""What an environment's settings say to the policy pack, as its `--policy-pack-config`: settings by rule."""

import json
from collections.abc import Mapping
from pathlib import Path

from shared.settings import Settings


def pack_settings(settings: Settings) -> Mapping[str, Mapping[str, object]]:
    """Names end in the environment's suffix, not the stack's name; functions reserve unless it says otherwise."""
    return {
        "naming-ends-in-suffix": {"suffix": settings.suffix},
        "lambda-reserved-concurrency": {"required": settings.reserved_concurrency is not None},
    }


def write_pack_settings(settings: Settings, folder: Path) -> Path:
    """Writes the settings into a file of the folder."""
    file = folder / "policy-pack-config.json"
    file.write_text(json.dumps(pack_settings(settings)))
    return file
