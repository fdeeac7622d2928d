"""One engine a test."""

from pathlib import Path

import pytest

from tests.local.language_host.engine import Engine


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    return Engine(tmp_path)
