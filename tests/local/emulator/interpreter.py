"""Code under the emulator's own interpreter, which alone has MiniStack."""

import subprocess

from local.paths import CHECKOUT, EMULATOR_PYTHON


def run(code: str) -> str:
    """What `code` prints, or the error it ends with."""
    done = subprocess.run(
        [EMULATOR_PYTHON, "-X", "utf8", "-c", code], cwd=CHECKOUT, capture_output=True, text=True, check=False
    )
    return (done.stdout + done.stderr).strip()
