"""Which tests stay in one process where the suite runs in several."""

from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

# Their tests share what takes long to start, or to build: an environment, a pack, emulators.
SHARING = {"end_to_end", "infrastructure", "integration", "local", "policies"}


class ByFolder(LoadScopeScheduling):
    """Keeps a folder whose tests share things together, and elsewhere each file."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        folder = file.split("/")[1]
        return folder if folder in SHARING else file


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByFolder:
    """In place of those that xdist knows."""
    return ByFolder(config, log)
