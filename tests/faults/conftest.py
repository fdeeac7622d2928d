"""Loads the functions' telemetry as Lambda does: it reads the environment once, for all functions of this process."""

import os
from unittest import mock

import pytest

TELEMETRY = {
    "POWERTOOLS_SERVICE_NAME": "transactions",
    "POWERTOOLS_METRICS_NAMESPACE": "transactions",
    "POWERTOOLS_TRACE_DISABLED": "true",
}

with mock.patch.dict(os.environ, TELEMETRY):
    import services.common.telemetry  # noqa: F401  # loaded here for its environment


def pytest_itemcollected(item: pytest.Item) -> None:
    """Leaves coverage to the tests that look at the code: here it would cost as much time as the tests themselves."""
    item.add_marker(pytest.mark.no_cover)
