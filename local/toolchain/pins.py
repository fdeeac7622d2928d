"""Versions of what is not a Python package of poetry.lock, and where the requirement files are."""

from pathlib import Path

HERE = Path(__file__).resolve().parent

# As the SDK in poetry.lock; local/toolchain/pulumi-cli/go.mod builds the same.
PULUMI_VERSION = "3.259.0"
# What a `pulumi` on PATH must be at least. The projects and the policy pack name Poetry as their toolchain and find the
# root's pyproject.toml from a sub-folder; nothing before 3.200 is known to do that for policy packs, and it is tested
# with PULUMI_VERSION alone.
PULUMI_MINIMUM = "3.200.0"

TOOLS = HERE / "tools.txt"
EMULATOR = HERE / "emulator.txt"
GO = HERE / "go.txt"
PULUMI_CLI = HERE / "pulumi-cli"


def pinned(requirements: Path, package: str) -> str:
    """Version of a package in a requirements file; KeyError where it is not pinned there."""
    pins = dict(line.split("==") for line in requirements.read_text().split() if "==" in line)
    return pins[package]
