"""Run the tools of the set-up: quiet while they work, and quoted when they fail."""

import os
import subprocess
from collections import deque
from collections.abc import Callable, Mapping
from pathlib import Path

from local.paths import TOOLCHAIN
from local.toolchain.errors import ToolchainError

# What a shell or an IDE may have set for another environment than ours.
_FOREIGN = (
    "VIRTUAL_ENV",
    "CONDA_PREFIX",
    "PYTHONHOME",
    "PYTHONPATH",
    "PYTHONDONTWRITEBYTECODE",
    "PIP_USER",
    "PIP_TARGET",
    "PIP_PREFIX",
    "PIP_REQUIRE_VIRTUALENV",
)
_QUOTED_LINES = 25


class CommandFailedError(ToolchainError):
    """A tool ended with an error; the text holds its last lines."""


def child_environment(**extra: str) -> dict[str, str]:
    """The caller's environment without what points to other Pythons, and with a home that can be written to."""
    environment = {name: value for name, value in os.environ.items() if name not in _FOREIGN}
    if not os.access(environment.get("HOME", ""), os.W_OK):
        # Containers run as a user without one; pip, Poetry and Go keep their caches there.
        home = TOOLCHAIN / "home"
        home.mkdir(parents=True, exist_ok=True)
        environment["HOME"] = str(home)
    return environment | extra


def run(
    command: list[str],
    *,
    folder: Path | None = None,
    environment: Mapping[str, str] | None = None,
    each_line: Callable[[str], None] | None = None,
) -> str:
    """Run to the end and return what it printed; CommandFailedError quotes the end of it."""
    lines: deque[str] = deque(maxlen=5000)
    try:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=environment if environment is not None else child_environment(),
            # They inherit the lock, and nothing else: Python opens all else for itself alone.
            close_fds=False,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        )
    except OSError as error:
        raise CommandFailedError(f"{command[0]} can't be started: {error.strerror}") from error
    with process:
        for line in process.stdout or ():
            lines.append(line)
            if each_line:
                each_line(line.rstrip())
    if process.returncode:
        told = "".join("    " + line for line in list(lines)[-_QUOTED_LINES:]).rstrip()
        shown = " ".join([Path(command[0]).name, *command[1:]])
        raise CommandFailedError(f"`{shown}` ended with {process.returncode}\n{told}")
    return "".join(lines)
