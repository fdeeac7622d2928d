"""The project's environment: what Poetry is asked, and when it starts from nothing."""

import shutil
from pathlib import Path

import pytest

from local.toolchain import project_environment
from local.toolchain.errors import ToolchainError
from local.toolchain.project_environment import make_project_environment
from tests.local.toolchain.executables import executable

# Notes its calls.
POETRY = """
echo "$1" >> {root}/calls
env > {root}/environment
{then}
"""


class Checkout:
    def __init__(self, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.root = root
        monkeypatch.setenv("PATH", f"{root / 'path'}:/usr/bin:/bin")
        monkeypatch.setattr(project_environment, "CHECKOUT", root)
        monkeypatch.setattr(project_environment, "VENV", root / ".venv")
        monkeypatch.setattr(project_environment, "VENV_PYTHON", root / ".venv" / "bin" / "python")
        monkeypatch.setattr(project_environment, "PARTIAL", root / ".venv" / ".partial")
        monkeypatch.setattr(project_environment, "TOOLS_PYTHON", root / "tools" / "bin" / "python")
        self.has_poetry("path")
        monkeypatch.setattr(project_environment, "make_environment", self._make_environment)

    def _make_environment(self, folder: Path) -> None:
        shutil.rmtree(folder, ignore_errors=True)
        executable(folder / "bin" / "python", "")
        (folder / "bin" / "pytest").write_text(f"#!{folder}/bin/python")
        with (self.root / "calls").open("a") as calls:
            calls.write("venv\n")

    def has_poetry(self, where: str, then: str = ":") -> Path:
        return executable(self.root / where / "poetry", POETRY.format(root=self.root, then=then))

    def calls(self) -> list[str]:
        noted = (self.root / "calls").read_text().split()
        (self.root / "calls").unlink()
        return noted

    def environment(self) -> dict[str, str]:
        lines = (self.root / "environment").read_text().splitlines()
        return dict(line.split("=", 1) for line in lines if "=" in line)


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Checkout:
    return Checkout(tmp_path, monkeypatch)


def test_a_new_checkout_gets_an_environment_with_what_is_locked(checkout: Checkout) -> None:
    assert all(path.exists() for path in make_project_environment())
    assert checkout.calls() == ["venv", "sync"]


def test_one_that_is_there_is_only_brought_up_to_date(checkout: Checkout) -> None:
    make_project_environment()
    checkout.calls()
    make_project_environment()
    assert checkout.calls() == ["sync"]


def test_an_interrupted_one_is_made_from_nothing(checkout: Checkout) -> None:
    checkout.has_poetry("path", then="exit 1")
    with pytest.raises(ToolchainError):
        make_project_environment()
    checkout.has_poetry("path")
    checkout.calls()
    make_project_environment()
    assert checkout.calls() == ["venv", "sync"]


def test_one_whose_python_is_gone_is_made_from_nothing(checkout: Checkout) -> None:
    make_project_environment()
    checkout.calls()
    (checkout.root / ".venv" / "bin" / "python").unlink()
    make_project_environment()
    assert checkout.calls() == ["venv", "sync"]


def test_one_that_moved_with_its_checkout_is_made_from_nothing(checkout: Checkout) -> None:
    make_project_environment()
    checkout.calls()
    (checkout.root / ".venv" / "bin" / "pytest").write_text("#!/where/it/was/.venv/bin/python\n")
    make_project_environment()
    assert checkout.calls() == ["venv", "sync"]


def test_an_active_environment_of_the_caller_s_is_not_touched(
    checkout: Checkout, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VIRTUAL_ENV", "/somewhere/else")
    monkeypatch.setenv("POETRY_VIRTUALENVS_CREATE", "false")
    make_project_environment()
    assert "VIRTUAL_ENV" not in checkout.environment()
    assert checkout.environment()["POETRY_VIRTUALENVS_CREATE"] == "true"


def test_our_poetry_asks_the_index_that_pip_asks(checkout: Checkout, monkeypatch: pytest.MonkeyPatch) -> None:
    checkout.has_poetry("tools/bin")
    executable(
        checkout.root / "tools" / "bin" / "python", """echo '{"index": "a mirror", "cert": "ca", "proxy": ""}'"""
    )
    monkeypatch.delenv("REQUESTS_CA_BUNDLE", raising=False)
    make_project_environment()
    assert checkout.environment()["POETRY_PYPI_MIRROR_URL"] == "a mirror"
    assert checkout.environment()["REQUESTS_CA_BUNDLE"] == "ca"


def test_a_lock_file_that_is_behind_is_told_with_the_command_that_mends_it(checkout: Checkout) -> None:
    checkout.has_poetry("path", then="echo 'Run `poetry lock` to fix it.'; exit 1")
    with pytest.raises(ToolchainError, match=r"Run `.*/poetry lock` in "):
        make_project_environment()


def test_without_poetry_the_way_to_one_is_told(checkout: Checkout) -> None:
    (checkout.root / "path" / "poetry").unlink()
    with pytest.raises(ToolchainError, match=r"Poetry is not on PATH.*\./justw"):
        make_project_environment()
