"""A step's stamp."""

from pathlib import Path

import pytest

from local.toolchain import step
from local.toolchain.step import Step


@pytest.fixture
def made(tmp_path: Path) -> Path:
    (tmp_path / "made").touch()
    return tmp_path / "made"


def a_step(folder: Path, *inputs: str) -> Step:
    return Step("name", "title", folder / "thing" / ".ready", inputs or ("input",))


def test_a_step_that_was_never_made_is_not_ready(tmp_path: Path) -> None:
    assert not a_step(tmp_path).is_ready()


def test_a_finished_step_is_ready(tmp_path: Path, made: Path) -> None:
    a_step(tmp_path).finish([made])
    assert a_step(tmp_path).is_ready()


def test_other_inputs_make_it_anew(tmp_path: Path, made: Path) -> None:
    a_step(tmp_path, "ab", "c").finish([made])
    assert not a_step(tmp_path, "a", "bc").is_ready()


def test_what_is_gone_makes_it_anew(tmp_path: Path, made: Path) -> None:
    a_step(tmp_path).finish([made])
    made.unlink()
    assert not a_step(tmp_path).is_ready()


def test_a_link_to_nothing_makes_it_anew(tmp_path: Path, made: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(made)
    a_step(tmp_path).finish([link])
    made.unlink()
    assert not a_step(tmp_path).is_ready()


def test_a_checkout_that_moved_makes_it_anew(tmp_path: Path, made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    a_step(tmp_path).finish([made])
    monkeypatch.setattr(step, "CHECKOUT", tmp_path / "elsewhere")
    assert not a_step(tmp_path).is_ready()


@pytest.mark.parametrize("broken", ["", "\n", "not a digest", "\0"])
def test_a_broken_stamp_makes_it_anew(tmp_path: Path, made: Path, broken: str) -> None:
    a_step(tmp_path).finish([made])
    a_step(tmp_path).stamp.write_text(broken)
    assert not a_step(tmp_path).is_ready()
