"""`python -m local.forget`: stops the emulator and forgets all that was deployed to it."""

import shutil
import sys

from local import emulator
from local.paths import CHECKOUT, state_root


def forget() -> None:
    """Removes the emulator's state, Pulumi's state of every embedded environment, and their configuration."""
    emulator.stop(emulator.default_state())
    shutil.rmtree(state_root(), ignore_errors=True)
    for file in CHECKOUT.glob("projects/*/Pulumi.local*.yaml"):
        file.unlink()


if __name__ == "__main__":
    try:
        forget()
    except emulator.EmulatorError as problem:
        sys.exit(f"error: {problem}")
    print("the embedded target is empty")
