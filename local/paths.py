"""Where the embedded target keeps its tools and its state."""

import os
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
TOOLCHAIN = CHECKOUT / ".toolchain"
VENV_PYTHON = CHECKOUT / ".venv" / "bin" / "python"
EMULATOR_PYTHON = TOOLCHAIN / "emulator" / "bin" / "python"
RUNTIME_PYTHON = TOOLCHAIN / "runtime" / "bin" / "python"
PULUMI_BIN = TOOLCHAIN / "pulumi" / "bin"
PULUMI_HOME = TOOLCHAIN / "pulumi-home"


def state_root() -> Path:
    """Folder of the emulator's and Pulumi's state; EVENT_SYSTEMS_STATE moves it, as the tests do."""
    return Path(os.environ.get("EVENT_SYSTEMS_STATE", CHECKOUT / ".local")).resolve()
