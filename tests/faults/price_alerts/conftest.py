"""The system at work, for each test of exchanges' prices and the rules that they reach."""

from collections.abc import Iterator

import pytest

from tests.faults.laboratory.laboratory import Laboratory, laboratory
from tests.faults.scenarios.price_alerts import PriceAlerts


@pytest.fixture
def lab() -> Iterator[Laboratory]:
    with laboratory(PriceAlerts.system, PriceAlerts.secrets) as lab:
        yield lab
