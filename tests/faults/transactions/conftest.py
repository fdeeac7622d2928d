"""The system at work, for each test of payment webhooks."""

from collections.abc import Iterator

import pytest

from services.transactions.system import system
from tests.faults.laboratory.laboratory import Laboratory, laboratory
from tests.faults.transactions.webhooks import SCENARIO


@pytest.fixture
def lab() -> Iterator[Laboratory]:
    with laboratory(system, SCENARIO.secrets) as made:
        yield made
