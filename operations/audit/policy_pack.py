"""The policy pack holds on the deployed state."""

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from operations.audit.finding import Finding, program
from operations.pack_settings import write_pack_settings
from operations.problem import OperationError
from shared.checkout import CHECKOUT
from shared.layers import LAYERS
from shared.settings import Settings

CHECK = "policy-pack"
DESCRIPTION = "The policy pack holds on the deployed state."
ADVICE = "repair what registers it as the message says, and deploy it"


def examine(exports: Mapping[str, str], settings: Settings) -> Iterator[Finding]:
    """Findings of the pack on the exported states; OperationError where it can't be run."""
    with TemporaryDirectory() as folder:
        files = [Path(folder) / f"{layer}.json" for layer in exports]
        for file, state in zip(files, exports.values(), strict=True):
            file.write_text(state)
        # The pack stands alone, so it is run and not imported.
        config = write_pack_settings(settings, Path(folder))
        command = [sys.executable, "-m", "policies.offline", "--policy-pack-config", str(config), *map(str, files)]
        done = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise OperationError(f"the policy pack could not judge the deployed state:\n{done.stderr.strip()}")
    for one in json.loads(done.stdout):
        yield Finding(CHECK, one["urn"], one["message"], ADVICE, program(_layer(one["urn"])))


def _layer(urn: str) -> str:
    """The layer is the project, the second part of a URN behind its prefix."""
    parts = urn.split("::")
    return parts[1] if len(parts) > 1 and parts[1] in LAYERS else LAYERS[0]
