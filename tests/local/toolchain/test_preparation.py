"""Steps are made once, in order, under the lock; what fails is made again."""

import subprocess
import sys
from pathlib import Path

import pytest

from local.toolchain.errors import ToolchainError
from local.toolchain.preparation import Maker, prepare
from local.toolchain.report import StepReport
from local.toolchain.step import Step


class Workshop:
    """Steps whose making is recorded."""

    def __init__(self, folder: Path, *names: str) -> None:
        self.made: list[str] = []
        self.steps = [Step(name, f"the {name}", folder / name / ".ready", (name,)) for name in names]
        self.lock = folder / "lock"
        self.makers: dict[str, Maker] = {name: self._maker(name) for name in names}

    def _maker(self, name: str) -> Maker:
        def make(_: StepReport) -> tuple[Path, ...]:
            self.made.append(name)
            return ()

        return make

    def prepare(self) -> None:
        prepare(self.steps, self.makers, self.lock)


@pytest.fixture
def workshop(tmp_path: Path) -> Workshop:
    return Workshop(tmp_path, "first", "second", "third")


def test_all_that_is_missing_is_made_in_order(workshop: Workshop) -> None:
    workshop.prepare()
    assert workshop.made == ["first", "second", "third"]
    assert all(step.is_ready() for step in workshop.steps)


def test_what_is_ready_is_left_alone(workshop: Workshop) -> None:
    workshop.steps[1].finish([])
    workshop.prepare()
    assert workshop.made == ["first", "third"]


def test_nothing_is_said_when_all_is_there(workshop: Workshop, capsys: pytest.CaptureFixture[str]) -> None:
    workshop.prepare()
    capsys.readouterr()
    workshop.prepare()
    assert capsys.readouterr() == ("", "")


def test_the_next_run_goes_on_where_one_failed(workshop: Workshop) -> None:
    good = workshop.makers["second"]

    def fail(_: StepReport) -> tuple[Path, ...]:
        raise ToolchainError("the index is not reachable")

    workshop.makers["second"] = fail
    with pytest.raises(ToolchainError, match="the second can't be had: the index is not reachable"):
        workshop.prepare()
    workshop.makers["second"] = good
    workshop.prepare()
    assert workshop.made == ["first", "second", "third"]


def test_an_interruption_leaves_no_stamp_of_before(workshop: Workshop) -> None:
    workshop.prepare()
    changed = workshop.steps[0]._replace(inputs=("other",))
    workshop.steps[0] = changed

    def interrupted(_: StepReport) -> tuple[Path, ...]:
        raise KeyboardInterrupt

    workshop.makers["first"] = interrupted
    with pytest.raises(KeyboardInterrupt):
        workshop.prepare()
    assert not changed.stamp.exists()


def test_each_step_has_a_line_with_its_time(workshop: Workshop, capsys: pytest.CaptureFixture[str]) -> None:
    workshop.prepare()
    told = capsys.readouterr().err.splitlines()
    assert told[0] == "justw: preparing what is missing, once"
    assert [line.split("s  ")[-1] for line in told[1:]] == ["the first", "the second", "the third"]


ONE_OF_TWO = """
import sys, time
from pathlib import Path
from local.toolchain.preparation import prepare
from local.toolchain.step import Step

folder = Path(sys.argv[1])

def make(report):
    with (folder / "made").open("a") as file:
        file.write("x")
    time.sleep(0.5)
    return ()

prepare([Step("slow", "the slow", folder / "slow" / ".ready", ())], {"slow": make}, folder / "lock")
"""


def test_two_at_once_make_it_once(tmp_path: Path) -> None:
    both = [
        subprocess.Popen([sys.executable, "-c", ONE_OF_TWO, str(tmp_path)], stderr=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    told = [process.communicate(timeout=30)[1] for process in both]
    assert [process.returncode for process in both] == [0, 0], told
    assert (tmp_path / "made").read_text() == "x"


ORPHANING = """
import os, signal, sys
from pathlib import Path
from local.toolchain.commands import run
from local.toolchain.exclusive import exclusive

with exclusive(Path(sys.argv[1], "lock")):
    run(["sh", "-c", "kill -9 $PPID; sleep 1; echo late > " + sys.argv[1] + "/late"])
"""


def test_a_tool_that_outlives_a_killed_set_up_is_waited_for(workshop: Workshop, tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-c", ORPHANING, str(tmp_path)], check=False, timeout=30)
    assert not (tmp_path / "late").exists()
    workshop.prepare()
    assert (tmp_path / "late").exists()
