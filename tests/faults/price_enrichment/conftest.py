"""The system at work, for each test of exchanges' prices and their metrics."""

from collections.abc import Iterator

import pytest

from tests.faults.laboratory.laboratory import laboratory
from tests.faults.price_enrichment.prices import Prices
from tests.faults.scenarios.price_enrichment import PriceEnrichment


@pytest.fixture
def prices() -> Iterator[Prices]:
    with laboratory(PriceEnrichment.system, PriceEnrichment.secrets) as lab:
        yield Prices(lab)
