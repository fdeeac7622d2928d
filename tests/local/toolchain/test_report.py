"""What is printed while a step runs."""

import io
import re
import time

import pytest

from local.toolchain.report import StepReport


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_log_has_one_line_for_a_short_step() -> None:
    log = io.StringIO()
    with StepReport("the thing", log) as report:
        report.detail = "from the index"
    assert re.fullmatch(r"  done +0\.\d s  the thing: from the index\n", log.getvalue())


def test_a_long_step_shows_life() -> None:
    log = io.StringIO()
    with StepReport("the thing", log, beat=0.01) as report:
        report.detail = "3 packages"
        time.sleep(0.1)
    assert "  ...       0.0 s  the thing: 3 packages\n" in log.getvalue()


def test_a_terminal_s_line_is_drawn_over() -> None:
    terminal = Terminal()
    with StepReport("the thing", terminal):
        pass
    assert terminal.getvalue().count("\n") == 1


def test_a_failed_step_says_so() -> None:
    log = io.StringIO()
    with pytest.raises(ValueError, match="why"), StepReport("the thing", log):
        raise ValueError("why")
    assert log.getvalue().startswith("  failed")
