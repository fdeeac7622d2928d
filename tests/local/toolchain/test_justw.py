"""The wrapper script: which Python it takes, and how it hands over."""

import shutil
import subprocess
from pathlib import Path

import pytest

from local.paths import CHECKOUT
from tests.local.toolchain.executables import executable

FIT = 'if [ "$1" = -c ]; then echo {itself}; else echo "$@" > {calls}; fi'
WITHOUT_ENSUREPIP = "exit 3"
TOO_OLD = "exit 1"


class Wrapper:
    """A checkout with justw and a `just` that prints how it was called."""

    def __init__(self, root: Path) -> None:
        self.root = root / "checkout"
        self.calls = root / "calls"
        self.path = root / "path"
        self.path.mkdir()
        self.root.mkdir()
        shutil.copy(CHECKOUT / "justw", self.root)
        executable(self.root / ".toolchain" / "tools" / "bin" / "just", 'echo "just $*"; env')

    def python(self, name: str, script: str = FIT, folder: str = "path") -> Path:
        path = self.root.parent / folder / name
        return executable(path, script.format(itself=path, calls=self.calls))

    def run(self, *arguments: str, folder: Path | None = None, path: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [self.root / "justw", *arguments],
            cwd=folder or self.root,
            # No system folder in front: it may hold any Python.
            env={"PATH": path or f"{self.path}:{self._system()}", "PYTHONDONTWRITEBYTECODE": "1"},
            capture_output=True,
            text=True,
            check=False,
            timeout=30,
        )

    def chosen(self) -> str:
        return (self.root / ".toolchain" / "python").read_text().strip()

    def _system(self) -> Path:
        """The few commands that the script calls, and no Python."""
        folder = self.root.parent / "system"
        folder.mkdir(exist_ok=True)
        for name in ("sh", "dirname", "basename", "mkdir", "mv", "env"):
            found = shutil.which(name)
            if found and not (folder / name).exists():
                (folder / name).symlink_to(found)
        return folder


@pytest.fixture
def wrapper(tmp_path: Path) -> Wrapper:
    return Wrapper(tmp_path)


def test_it_sets_up_with_python_3_11_and_hands_the_arguments_to_just(wrapper: Wrapper) -> None:
    wrapper.python("python3")
    chosen = wrapper.python("python3.11")
    told = wrapper.run("deploy", "api", "two words")
    assert told.stdout.startswith("just deploy api two words\n"), told.stderr
    assert wrapper.chosen() == str(chosen)
    assert wrapper.calls.read_text() == "-E -s -S -m local.toolchain --tools\n"


@pytest.mark.parametrize("script", [WITHOUT_ENSUREPIP, TOO_OLD, "exit 127"])
def test_a_python_that_won_t_do_gives_way_to_the_next(wrapper: Wrapper, script: str) -> None:
    wrapper.python("python3.11", script)
    chosen = wrapper.python("python3")
    assert wrapper.run().returncode == 0
    assert wrapper.chosen() == str(chosen)


def test_a_second_one_of_the_same_name_later_on_path_is_found(wrapper: Wrapper) -> None:
    wrapper.python("python3.11", WITHOUT_ENSUREPIP)
    chosen = wrapper.python("python3.11", folder="system")
    assert wrapper.run().returncode == 0
    assert wrapper.chosen() == str(chosen)


def test_a_python_without_ensurepip_is_named_with_the_package_it_lacks(wrapper: Wrapper) -> None:
    crippled = wrapper.python("python3.11", WITHOUT_ENSUREPIP)
    told = wrapper.run()
    assert told.returncode == 1
    assert f"{crippled} lacks venv and ensurepip" in told.stderr
    assert "apt-get install python3.11-venv" in told.stderr


def test_without_a_python_it_says_which_it_needs(wrapper: Wrapper) -> None:
    wrapper.python("python3", TOO_OLD)
    told = wrapper.run()
    assert told.returncode == 1
    assert "no Python 3.11 or newer on PATH" in told.stderr


def test_the_python_of_last_time_is_taken_without_a_search(wrapper: Wrapper) -> None:
    wrapper.python("python3.11")
    wrapper.run()
    wrapper.python("python3.11", "exit 1", folder="system")
    assert wrapper.run(path=f"{wrapper.root.parent / 'system'}").returncode == 0


def test_one_that_went_away_is_searched_again(wrapper: Wrapper) -> None:
    first = wrapper.python("python3.11")
    wrapper.run()
    first.unlink()
    chosen = wrapper.python("python3.12")
    assert wrapper.run().returncode == 0
    assert wrapper.chosen() == str(chosen)


def test_a_set_up_that_fails_is_not_followed_by_just(wrapper: Wrapper) -> None:
    wrapper.python("python3.11", 'if [ "$1" = -c ]; then echo {itself}; else exit 5; fi')
    told = wrapper.run("deploy-all")
    assert (told.returncode, told.stdout) == (5, "")


def test_recipes_find_the_tools_first_and_write_bytecode(wrapper: Wrapper) -> None:
    wrapper.python("python3.11")
    environment = dict(line.split("=", 1) for line in wrapper.run().stdout.splitlines() if "=" in line)
    tools = wrapper.root.resolve() / ".toolchain"
    assert environment["PATH"].startswith(f"{tools}/tools/bin:{tools}/pulumi/bin:")
    assert "PYTHONDONTWRITEBYTECODE" not in environment


def test_it_can_be_called_from_anywhere(wrapper: Wrapper, tmp_path: Path) -> None:
    wrapper.python("python3.11")
    assert wrapper.run("status", folder=tmp_path).stdout.startswith(f"just --justfile {wrapper.root}/Justfile status\n")
