"""The steps in their order, each with what it is made from; cheap, since every ./justw looks at all of them."""

from local.paths import CHECKOUT, PULUMI_BIN, PULUMI_HOME, TOOLCHAIN, VENV_PYTHON
from local.toolchain.launchers import LANGUAGE_HOST, PROVIDER
from local.toolchain.lockfile import LOCKFILE, locked_versions
from local.toolchain.pins import EMULATOR, PULUMI_CLI, PULUMI_MINIMUM, PULUMI_VERSION, TOOLS, pinned
from local.toolchain.step import Step

RUNTIME_PACKAGES = ("boto3", "botocore")


def plan(*, tools: bool) -> list[Step]:
    """All steps; `tools` adds just and Poetry, for who has neither."""
    locked = locked_versions()
    aws = locked["pulumi-aws"]
    own = Step("tools", _tools_title(), TOOLCHAIN / "tools" / ".ready", (TOOLS.read_text(),))
    return [
        *([own] if tools else []),
        Step(
            "project",
            "the project's environment, .venv",
            VENV_PYTHON.parent.parent / ".ready",
            tuple((CHECKOUT / name).read_text() for name in (LOCKFILE.name, "pyproject.toml", "poetry.toml")),
        ),
        Step(
            "emulator",
            f"the emulator, ministack {pinned(EMULATOR, 'ministack')}",
            TOOLCHAIN / "emulator" / ".ready",
            (EMULATOR.read_text(),),
        ),
        Step(
            "runtime",
            f"what Lambda's Python brings, boto3 {locked['boto3']}",
            TOOLCHAIN / "runtime" / ".ready",
            tuple(f"{name}=={version}" for name, version in locked.items()),
        ),
        Step(
            "provider",
            f"the local AWS provider, in the place of v{aws}",
            PULUMI_HOME / "plugins" / f"resource-aws-v{aws}" / ".ready",
            (aws, PROVIDER),
        ),
        Step(
            "pulumi",
            "the Pulumi CLI",
            PULUMI_BIN.parent / ".ready",
            (PULUMI_VERSION, PULUMI_MINIMUM, LANGUAGE_HOST, (PULUMI_CLI / "go.mod").read_text()),
        ),
    ]


def _tools_title() -> str:
    return f"just {pinned(TOOLS, 'rust-just')} and Poetry {pinned(TOOLS, 'poetry')}"
