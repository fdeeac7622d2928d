"""The private Python environments: tools, emulator, runtime."""

import shutil
import sys
from pathlib import Path

from local.paths import EMULATOR_PYTHON, RUNTIME_PYTHON, TOOLCHAIN
from local.toolchain.commands import run
from local.toolchain.lockfile import locked_versions
from local.toolchain.pins import EMULATOR, TOOLS
from local.toolchain.steps import RUNTIME_PACKAGES

TOOLS_PYTHON = TOOLCHAIN / "tools" / "bin" / "python"
PIP = ("-m", "pip", "--disable-pip-version-check", "--no-input")


def base_python() -> str:
    """The interpreter behind this one: an environment made from an environment would lean on it."""
    return getattr(sys, "_base_executable", None) or sys.executable


def make_tools() -> tuple[Path, ...]:
    """just and Poetry."""
    make_environment(TOOLS_PYTHON.parent.parent)
    run([str(TOOLS_PYTHON), *PIP, "install", "--no-user", "-r", str(TOOLS)])
    return TOOLS_PYTHON, TOOLS_PYTHON.with_name("just"), TOOLS_PYTHON.with_name("poetry")


def make_emulator() -> tuple[Path, ...]:
    """The emulator; its pip installs for the steps after it, as these need none of their own."""
    make_environment(EMULATOR_PYTHON.parent.parent)
    run([str(EMULATOR_PYTHON), *PIP, "install", "--no-user", "-r", str(EMULATOR)])
    return (EMULATOR_PYTHON,)


def make_runtime() -> tuple[Path, ...]:
    """boto3 as poetry.lock has it and nothing else, so that a bundle can't lean on what Lambda lacks."""
    folder = RUNTIME_PYTHON.parent.parent
    make_environment(folder, "--without-pip")
    locked = locked_versions()
    constraints = folder / "poetry-lock.txt"
    constraints.write_text("".join(f"{name}=={version}\n" for name, version in locked.items()))
    wanted = [f"{name}=={locked[name]}" for name in RUNTIME_PACKAGES]
    into_it = ("--python", str(RUNTIME_PYTHON), "install", "--no-user", "--constraint", str(constraints))
    run([str(EMULATOR_PYTHON), *PIP, *into_it, *wanted])
    return (RUNTIME_PYTHON,)


def make_environment(folder: Path, *options: str) -> None:
    """A new environment of the base Python, in the place of whatever was there; options are venv's."""
    shutil.rmtree(folder, ignore_errors=True)
    run([base_python(), "-m", "venv", *options, str(folder)])
