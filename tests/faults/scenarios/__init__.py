"""The systems, each seen as what goes in and what must have come of it."""

from shared.model import StartingPosition
from tests.faults.scenarios.coin_alerts import CoinAlerts
from tests.faults.scenarios.market_data import MarketData
from tests.faults.scenarios.price_alerts import PriceAlerts
from tests.faults.scenarios.price_enrichment import PriceEnrichment
from tests.faults.scenarios.scenario import Scenario
from tests.faults.scenarios.transactions import Transactions

SCENARIOS: tuple[type[Scenario], ...] = (
    Transactions,
    PriceAlerts,
    CoinAlerts,
    PriceEnrichment,
    MarketData,
)
STREAMED = tuple(kind for kind in SCENARIOS if any(any(function.streams) for function in kind.system.functions))
# A mapping that is made anew has them read all of the stream again.
READ_FROM_HORIZON = tuple(
    kind
    for kind in STREAMED
    if all(
        stream.starting_position is StartingPosition.TRIM_HORIZON
        for function in kind.system.functions
        for stream in function.streams
    )
)
# An alert on a coin that its user puts again is another alert: what comes twice of it are its records.
SENT_AGAIN = tuple(kind for kind in SCENARIOS if kind is not CoinAlerts)
