"""The scripts that the engine starts as plugins: they hand over to this checkout's environment."""

from pathlib import Path

from local.paths import VENV_PYTHON

# -P keeps the project's folder, where the engine starts its plugins, from hiding a package of the environment.
# Bytecode and other people's PYTHONPATH are settings of the caller's own Python; here they would cost or break.
_LAUNCHER = """#!/bin/sh
# made by ./justw
unset PYTHONDONTWRITEBYTECODE PYTHONPATH PYTHONHOME
exec '{python}' -P -m {module} "$@"
"""

PROVIDER = _LAUNCHER.format(python=VENV_PYTHON, module="local.provider")
LANGUAGE_HOST = _LAUNCHER.format(python=VENV_PYTHON, module="local.language_host")


def write_launcher(path: Path, script: str) -> Path:
    """Put an executable script at the path, at once: a plugin may be started while this runs."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.draft")
    draft.write_text(script)
    draft.chmod(0o755)
    return draft.replace(path)


def is_launcher(path: Path) -> bool:
    """Whether the file is one of these scripts and not an official plugin."""
    with path.open("rb") as file:
        return b"# made by ./justw\n" in file.read(200)
