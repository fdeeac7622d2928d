"""The system at work, for each test of trades and their aggregates."""

from collections.abc import Iterator

import pytest

from tests.faults.laboratory.laboratory import laboratory
from tests.faults.market_data.market import Market
from tests.faults.scenarios.market_data import MarketData


@pytest.fixture
def market() -> Iterator[Market]:
    with laboratory(MarketData.system, MarketData.secrets) as lab:
        yield Market(lab)
