"""What an environment's settings say to the policy pack, as its `--policy-pack-config`: settings by rule."""

import json
from collections.abc import Mapping
from pathlib import Path

from shared.settings import Settings


def pack_settings(settings: Settings) -> Mapping[str, Mapping[str, object]]:
    """The suffix that names end in, which need not be the stack's name, and what is reserved for functions.

    They reserve unless the settings unset it; one whose reservation is 0 is stopped on purpose.
    """
    reserved = settings.reserved_concurrency
    stopped = [settings.names.suffixed(name) for name, count in (reserved or {}).items() if count == 0]
    return {
        "naming-ends-in-suffix": {"suffix": settings.suffix},
        "lambda-reserved-concurrency": {"required": reserved is not None, "stopped": stopped},
    }


def write_pack_settings(settings: Settings, folder: Path) -> Path:
    """Writes the settings into a file of the folder."""
    file = folder / "policy-pack-config.json"
    file.write_text(json.dumps(pack_settings(settings)))
    return file
