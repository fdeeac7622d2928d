"""The Pulumi CLI: one on PATH, or the official installer's, or one built from Go modules."""

import os
import re
import shutil
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

from local.paths import PULUMI_BIN
from local.toolchain.commands import CommandFailedError, child_environment, run
from local.toolchain.errors import ToolchainError
from local.toolchain.go_build import build_pulumi
from local.toolchain.launchers import LANGUAGE_HOST, is_launcher, write_launcher
from local.toolchain.pins import PULUMI_MINIMUM, PULUMI_VERSION
from local.toolchain.report import StepReport

CLI = PULUMI_BIN / "pulumi"
HOST = PULUMI_BIN / "pulumi-language-python"
# What is not whole yet; whatever an interrupted run left in it goes.
PARTIAL = PULUMI_BIN.parent / "partial"
INSTALLER = "https://get.pulumi.com/install.sh"
CONNECT_SECONDS = 5

BY_HAND = (
    f"Install it by hand, {PULUMI_MINIMUM} or newer (https://www.pulumi.com/docs/install/), "
    "so that `pulumi` is on PATH, and run this again."
)


class UnavailableError(ToolchainError):
    """Why one way to a CLI is closed here; the next one is tried."""


def make_pulumi_cli(report: StepReport) -> tuple[Path, ...]:
    """The first way that is open; ToolchainError tells of all that were tried."""
    if reported_version(CLI) == PULUMI_VERSION:
        report.detail = f"v{PULUMI_VERSION}, as it is there already"
        return CLI, *make_language_host()
    ways: dict[str, Callable[[StepReport], str]] = {
        "on PATH": lambda _: link_from_path(),
        "official installer": lambda _: install_official(),
        "built from Go modules": build,
    }
    tried: list[str] = []
    for name, way in ways.items():
        report.detail = f"{name}?"
        shutil.rmtree(PARTIAL, ignore_errors=True)
        PARTIAL.mkdir(parents=True)
        try:
            report.detail = f"{name}, {way(report)}"
        except ToolchainError as closed:
            tried.append(f"  - {name}: {closed}")
        else:
            return CLI, *make_language_host()
        finally:
            shutil.rmtree(PARTIAL, ignore_errors=True)
    report.detail = ""
    raise ToolchainError("\n".join(["no way to it is open here.", *tried, BY_HAND]))


def reported_version(pulumi: Path | str) -> str | None:
    """What `pulumi version` says, "3.259.0"; None where it doesn't run."""
    try:
        told = run([str(pulumi), "version"], environment=child_environment(PULUMI_SKIP_UPDATE_CHECK="true"))
    except CommandFailedError:
        return None
    found = re.search(r"^v?(\d+\.\d+\.\d+)", told, re.MULTILINE)
    return found[1] if found else None


def link_from_path() -> str:
    """Use the `pulumi` on PATH, if it is new enough."""
    found = shutil.which("pulumi", path=_path_of_others())
    if found is None:
        raise UnavailableError("there is none")
    version = reported_version(found)
    if version is None or _numbers(version) < _numbers(PULUMI_MINIMUM):
        raise UnavailableError(f"{found} is {version or 'not working'}, and {PULUMI_MINIMUM} or newer is needed")
    PULUMI_BIN.mkdir(parents=True, exist_ok=True)
    CLI.unlink(missing_ok=True)
    CLI.symlink_to(found)
    return f"{found}, v{version}"


def install_official() -> str:
    """Run Pulumi's own installer, into this checkout and without a change to the user's profile."""
    try:
        with urllib.request.urlopen(INSTALLER, timeout=CONNECT_SECONDS) as answer:
            script = answer.read()
    except (urllib.error.URLError, OSError) as error:
        raise UnavailableError(f"{INSTALLER}: {getattr(error, 'reason', error)}") from error
    installer = PARTIAL / "install.sh"
    installer.write_bytes(script)
    run(["sh", str(installer), "--no-edit-path", "--install-root", str(PARTIAL), "--version", PULUMI_VERSION])
    shutil.rmtree(PULUMI_BIN, ignore_errors=True)
    (PARTIAL / "bin").replace(PULUMI_BIN)
    return f"v{PULUMI_VERSION}"


def build(report: StepReport) -> str:
    """Compile it, and put it in place when it is whole."""
    PULUMI_BIN.mkdir(parents=True, exist_ok=True)
    built = PARTIAL / "pulumi"
    compiler = build_pulumi(built, report)
    if reported_version(built) != PULUMI_VERSION:
        raise UnavailableError(f"the build does not say that it is v{PULUMI_VERSION}")
    CLI.unlink(missing_ok=True)
    built.replace(CLI)
    return f"v{PULUMI_VERSION}, {compiler}"


def make_language_host() -> tuple[Path, ...]:
    """A language host for a CLI that came without one: a build has none, an install has it beside the real binary."""
    if HOST.exists() and is_launcher(HOST):
        HOST.unlink()
    beside = CLI.resolve().with_name(HOST.name)
    if beside.exists():
        return (beside,)
    if elsewhere := shutil.which(HOST.name, path=_path_of_others()):
        return (Path(elsewhere),)
    return (write_launcher(HOST, LANGUAGE_HOST),)


def _path_of_others() -> str:
    folders = os.environ.get("PATH", os.defpath).split(os.pathsep)
    return os.pathsep.join(folder for folder in folders if Path(folder).resolve() != PULUMI_BIN.resolve())


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))
