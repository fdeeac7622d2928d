"""What holds for all tests."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

pytest_plugins = ["tests.measurements"]

TESTS = Path(__file__).parent
# Their tests share what takes long to start, or to build: an environment, a pack, emulators.
SHARING = {"end_to_end", "infrastructure", "integration", "local", "policies"}

# How long an example takes tells of the machine, not of the code.
settings.register_profile("any-machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any-machine")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keeps tests in one process where they share things, if they run in several."""
    for item in items:
        folder = item.path.relative_to(TESTS).parts[0]
        group = folder if folder in SHARING else str(item.path.relative_to(TESTS))
        item.add_marker(pytest.mark.xdist_group(group))
