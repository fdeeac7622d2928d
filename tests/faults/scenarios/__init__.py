"""The systems, each seen as what goes in and what must have come of it."""

from tests.faults.scenarios.coin_alerts import CoinAlerts
from tests.faults.scenarios.price_alerts import PriceAlerts
from tests.faults.scenarios.scenario import Scenario
from tests.faults.scenarios.transactions import Transactions

SCENARIOS: tuple[type[Scenario], ...] = (Transactions, PriceAlerts, CoinAlerts)
STREAMED = tuple(kind for kind in SCENARIOS if any(any(function.streams) for function in kind.system.functions))
