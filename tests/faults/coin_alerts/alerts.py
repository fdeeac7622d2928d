"""What users write, and what they have been told."""

import json
from collections import Counter
from collections.abc import Mapping
from typing import Any

from services.coin_alerts.system import price_alerts
from tests.faults.laboratory.laboratory import Laboratory
from tests.faults.scenarios.coin_alerts import CoinAlerts

CHECKER = "price-checker"
scenario = CoinAlerts()


def write(
    lab: Laboratory,
    name: str,
    threshold: Mapping[str, Any] | str = "70000",
    condition: str = "above",
    coin: str = "BTC",
) -> None:
    given = {"N": threshold} if isinstance(threshold, str) else threshold
    terms = {"coinSymbol": {"S": coin}, "threshold": given, "condition": {"S": condition}}
    scenario.write(lab, name, terms)


def told(lab: Laboratory) -> list[dict[str, Any]]:
    return [json.loads(message["Body"]) for message in lab.messages(price_alerts)]


def notified(lab: Laboratory) -> Counter[str]:
    """How often each alert was told."""
    return Counter(f"{content['user_id']}/{content['alert_id']}" for content in told(lab))
