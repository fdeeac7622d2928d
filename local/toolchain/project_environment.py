"""The project's own environment, .venv, by Poetry from poetry.lock."""

import json
import shutil
from pathlib import Path

from local.paths import CHECKOUT, VENV_PYTHON
from local.toolchain.commands import CommandFailedError, child_environment, run
from local.toolchain.environments import TOOLS_PYTHON, make_environment
from local.toolchain.errors import ToolchainError

VENV = VENV_PYTHON.parent.parent
# There while Poetry works: a package it was interrupted in looks installed to it ever after.
PARTIAL = VENV / ".partial"

# pip's own reading of its options, variables and files, so that Poetry asks the same index over the same way.
_PIP_SETTINGS = """
import json
from pip._internal.commands import create_command
options, _ = create_command("install").parse_args([])
print(json.dumps({"index": options.index_url, "cert": options.cert, "proxy": options.proxy}))
"""


def make_project_environment() -> tuple[Path, ...]:
    """All groups of poetry.lock, exactly, and the project itself in place."""
    own = TOOLS_PYTHON.with_name("poetry")
    poetry = str(own) if own.exists() else shutil.which("poetry")
    if poetry is None:
        raise ToolchainError(
            "Poetry is not on PATH, and .venv needs it. Run ./justw, which brings its own, "
            "or install Poetry 2 by hand: https://python-poetry.org/docs/#installation"
        )
    environment = _poetry_environment(asks_pip=own.exists())
    if PARTIAL.exists() or not _works() or _is_from_elsewhere():
        # Not `poetry env use`: that wants a `python` on PATH, which Debian has not.
        make_environment(VENV)
    PARTIAL.touch()
    try:
        run([poetry, "sync", "--no-interaction"], folder=CHECKOUT, environment=environment)
    except CommandFailedError as error:
        if "poetry lock" in str(error):
            raise ToolchainError(f"{error}\nRun `{poetry} lock` in {CHECKOUT}, and commit poetry.lock.") from error
        raise
    PARTIAL.unlink()
    return VENV_PYTHON, VENV / "bin" / "pytest"


def _poetry_environment(*, asks_pip: bool) -> dict[str, str]:
    environment = child_environment(
        POETRY_VIRTUALENVS_CREATE="true",
        POETRY_VIRTUALENVS_IN_PROJECT="true",
        # Without a desktop session the keyring waits for one.
        PYTHON_KEYRING_BACKEND="keyring.backends.null.Keyring",
    )
    if not asks_pip:
        return environment
    settings = json.loads(run([str(TOOLS_PYTHON), "-c", _PIP_SETTINGS]))
    environment.setdefault("POETRY_PYPI_MIRROR_URL", settings["index"])
    for name, value in (("REQUESTS_CA_BUNDLE", settings["cert"]), ("HTTPS_PROXY", settings["proxy"])):
        if value:
            environment.setdefault(name, value)
    return environment


def _works() -> bool:
    try:
        run([str(VENV_PYTHON), "-c", ""])
    except CommandFailedError:
        return False
    return True


def _is_from_elsewhere() -> bool:
    # The scripts in bin/ start with the path they were installed under; a checkout that moved takes dead ones along.
    script = VENV / "bin" / "pytest"
    return script.exists() and str(VENV) not in script.read_text()
