"""Make the steps that are missing, one after the other, under the checkout's lock."""

import sys
from collections.abc import Callable
from pathlib import Path

from local.paths import PULUMI_HOME, TOOLCHAIN
from local.toolchain.environments import make_emulator, make_runtime, make_tools
from local.toolchain.errors import ToolchainError
from local.toolchain.exclusive import exclusive
from local.toolchain.launchers import PROVIDER, write_launcher
from local.toolchain.lockfile import locked_versions
from local.toolchain.project_environment import make_project_environment
from local.toolchain.pulumi_cli import make_pulumi_cli
from local.toolchain.report import StepReport
from local.toolchain.step import Step

Maker = Callable[[StepReport], tuple[Path, ...]]


def make_provider(_: StepReport) -> tuple[Path, ...]:
    """The stand-in for the official AWS plugin, where only the local target's engine looks."""
    plugin = PULUMI_HOME / "plugins" / f"resource-aws-v{locked_versions()['pulumi-aws']}" / "pulumi-resource-aws"
    return (write_launcher(plugin, PROVIDER),)


MAKERS: dict[str, Maker] = {
    "tools": lambda _: make_tools(),
    "project": lambda _: make_project_environment(),
    "emulator": lambda _: make_emulator(),
    "runtime": lambda _: make_runtime(),
    "provider": make_provider,
    "pulumi": make_pulumi_cli,
}


def prepare(steps: list[Step], makers: dict[str, Maker] = MAKERS, lock: Path = TOOLCHAIN / "lock") -> None:
    """Make each step that is not ready; what another one made while this waited for the lock is ready by then."""
    with exclusive(lock):
        missing = [step for step in steps if not step.is_ready()]
        if missing:
            sys.stderr.write("justw: preparing what is missing, once\n")
        for step in missing:
            step.stamp.unlink(missing_ok=True)
            try:
                with StepReport(step.title) as report:
                    made = makers[step.name](report)
            except ToolchainError as error:
                raise ToolchainError(f"{step.title} can't be had: {error}") from error
            step.finish(made)
