"""Emulators of the tests' own: one with the gaps closed, one plain, each with its own state and port."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from local.emulator import Endpoint, Pace, start, stop
from tests.local.emulator.cloud import Cloud

QUICK = Pace(tick_s=0.5, first_retry_s=0.2)


def _cloud(state: Path, *, plain: bool) -> Iterator[Cloud]:
    try:
        yield Cloud(start(state, plain=plain, pace=QUICK))
    finally:
        stop(state)


@pytest.fixture(scope="session")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    """The emulator as everything else uses it."""
    yield from _cloud(tmp_path_factory.mktemp("closed"), plain=False)


@pytest.fixture(scope="session")
def plain_cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    """MiniStack as it is, to show that a gap is one."""
    yield from _cloud(tmp_path_factory.mktemp("plain"), plain=True)


@pytest.fixture
def state(tmp_path: Path) -> Iterator[Path]:
    """A state folder whose emulator, if any, is ended after the test."""
    yield tmp_path / "state"
    stop(tmp_path / "state")


@pytest.fixture
def endpoint(state: Path) -> Endpoint:
    """An emulator of this test alone."""
    return start(state)
