"""What tests measure is printed in the end, whichever process measured it."""

from collections.abc import Callable
from typing import Any

import pytest

Measure = Callable[[str, float], None]

_measured: list[tuple[str, float]] = []


@pytest.fixture(scope="session")
def measure() -> Measure:
    """Takes what was measured, and its seconds."""
    return lambda what, seconds: _measured.append((what, seconds))


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Tell the process that reports, where it is another one."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["measured"] = _measured


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Take what another process has measured."""
    _measured.extend(getattr(node, "workeroutput", {}).get("measured", []))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print it."""
    if _measured:
        terminalreporter.section("measured end to end")
        for what, seconds in _measured:
            terminalreporter.write_line(f"{seconds:8.3f} s  {what}")
