"""The wheels that the functions carry."""

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from shared.packaging import HOST, Target
from shared.packaging.wheels import WheelsError, wheels
from tests.unit.shared.fake_index import entry, write_wheel

NO_SUCH_HASH = "0" * 64


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that is all that pip knows of the world."""
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path / "index"))
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    return tmp_path / "index"


def installed(tmp_path: Path, *packages: str, target: Target = HOST) -> Path:
    lock = tmp_path / "poetry.lock"
    lock.write_text("".join(packages))
    return wheels(lock, target, tmp_path / "cache")


def test_only_the_functions_packages_are_installed_and_what_the_runtime_brings_is_not(
    index: Path, tmp_path: Path
) -> None:
    others = [entry("pulumi", NO_SUCH_HASH, group="main"), entry("boto3", NO_SUCH_HASH), entry("urllib3", NO_SUCH_HASH)]
    folder = installed(tmp_path, *others, write_wheel(index, "sample"))
    assert {path.name for path in folder.iterdir()} == {"sample.py", "sample-1.0.dist-info"}


def test_a_wheel_that_the_lock_does_not_know_is_refused_in_pips_own_words(index: Path, tmp_path: Path) -> None:
    locked = write_wheel(index, "sample")
    write_wheel(index, "sample", text="import evil\n")
    with pytest.raises(WheelsError, match=r"could not install the functions' wheels for host:\n(.|\n)*DO NOT MATCH"):
        installed(tmp_path, locked)


def test_a_package_without_a_wheel_is_refused_in_pips_own_words_and_leaves_nothing(index: Path, tmp_path: Path) -> None:
    index.mkdir()
    with pytest.raises(WheelsError, match=re.escape("No matching distribution found for sample==1.0")):
        installed(tmp_path, entry("sample", NO_SUCH_HASH))
    assert list((tmp_path / "cache").iterdir()) == []


def test_wheels_are_installed_once_for_each_target_and_lock(index: Path, tmp_path: Path) -> None:
    locked = write_wheel(index, "sample")
    first = installed(tmp_path, locked)
    (index / "sample-1.0-py3-none-any.whl").unlink()
    assert installed(tmp_path, locked) == first
    write_wheel(index, "sample")
    other = write_wheel(index, "other")
    arm = Target("arm", "manylinux2014_aarch64", "3.11")
    folders = {first, installed(tmp_path, locked, other), installed(tmp_path, locked, target=arm)}
    assert len(folders) == 3
    assert {path.name.split("-")[0] for path in (tmp_path / "cache").iterdir()} == {"wheels"}


def test_pip_is_asked_for_wheels_of_the_targets_platform_with_hashes_and_nothing_beside_the_lock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = said_to_pip(monkeypatch)
    installed(tmp_path, entry("sample", NO_SUCH_HASH), target=Target("arm", "manylinux2014_aarch64", "3.11"))
    (command,) = asked
    assert {"--require-hashes", "--no-deps", "--only-binary=:all:"} <= set(command)
    assert command[command.index("--platform") + 1] == "manylinux2014_aarch64"
    assert command[command.index("--python-version") + 1] == "3.11"


def test_the_machines_own_platform_is_not_named_to_pip(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = said_to_pip(monkeypatch)
    installed(tmp_path, entry("sample", NO_SUCH_HASH))
    assert "--platform" not in asked[0]


def test_of_two_programs_that_install_at_once_the_quicker_ones_folder_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = said_to_pip(monkeypatch)
    kept = installed(tmp_path, entry("sample", NO_SUCH_HASH))
    kept.rename(tmp_path / "aside")

    def beaten(command: list[str], **_: Any) -> subprocess.CompletedProcess[str]:
        kept.mkdir()
        (kept / "quicker").touch()
        return subprocess.CompletedProcess(command, 0, "", "")

    monkeypatch.setattr(subprocess, "run", beaten)
    assert installed(tmp_path, entry("sample", NO_SUCH_HASH)) == kept
    assert [path.name for path in kept.iterdir()] == ["quicker"]
    assert list((tmp_path / "cache").iterdir()) == [kept]
    assert len(asked) == 1


def said_to_pip(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The commands that pip would be run with; it installs nothing."""
    commands: list[list[str]] = []

    def run(command: list[str], **_: Any) -> subprocess.CompletedProcess[str]:
        commands.append(command)
        Path(command[command.index("--target") + 1]).mkdir()
        return subprocess.CompletedProcess(command, 0, "", "")

    monkeypatch.setattr(subprocess, "run", run)
    return commands
