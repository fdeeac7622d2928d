"""The system at work, for each test of users' alerts and the exchange's prices."""

from collections.abc import Iterator

import pytest

from tests.faults.laboratory.laboratory import Laboratory, laboratory
from tests.faults.scenarios.coin_alerts import CoinAlerts
from tests.faults.scenarios.stand_in_exchange import StandInExchange


@pytest.fixture
def lab() -> Iterator[Laboratory]:
    with laboratory(CoinAlerts.system, CoinAlerts.secrets) as lab:
        yield lab


@pytest.fixture
def exchange(lab: Laboratory) -> StandInExchange:
    return lab.surround(StandInExchange(lab.clock, BTC="70000.10").reached_by_all())
