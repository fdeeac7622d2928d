"""Tools that set-up runs."""

import subprocess
import sys
from pathlib import Path

import pytest

from local.toolchain import commands
from local.toolchain.commands import CommandFailedError, child_environment, run


def test_a_failure_quotes_the_end_of_what_was_printed() -> None:
    with pytest.raises(CommandFailedError, match=r"(?s)`sh -c .*` ended with 7.*the reason") as error:
        run(["sh", "-c", "seq 100; echo the reason >&2; exit 7"])
    assert "\n    50\n" not in str(error.value)


def test_a_command_that_is_not_there_is_named() -> None:
    with pytest.raises(CommandFailedError, match="/no/such/tool can't be started: No such file"):
        run(["/no/such/tool"])


def test_a_tool_reads_no_input() -> None:
    reader = "from local.toolchain.commands import run; print(run(['cat']), end='')"
    told = subprocess.run([sys.executable, "-c", reader], input="typed", capture_output=True, text=True, check=True)
    assert told.stdout == ""


def test_a_home_that_can_t_be_written_is_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commands, "TOOLCHAIN", tmp_path)
    monkeypatch.setenv("HOME", "/no/such/home")
    assert child_environment()["HOME"] == str(tmp_path / "home")
    monkeypatch.delenv("HOME")
    assert Path(child_environment()["HOME"]).is_dir()
