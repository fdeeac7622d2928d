"""The systems, each seen as what goes in and what must have come of it."""

from tests.faults.scenarios.market_data import MarketData
from tests.faults.scenarios.price_enrichment import PriceEnrichment
from tests.faults.scenarios.scenario import Scenario
from tests.faults.scenarios.transactions import Transactions

SCENARIOS: tuple[type[Scenario], ...] = (MarketData, PriceEnrichment, Transactions)
STREAMED = tuple(kind for kind in SCENARIOS if any(any(function.streams) for function in kind.system.functions))
