"""Layers change while work comes in: nothing that was accepted is lost, nothing has a second effect."""

import os
import signal
import time
from collections.abc import Iterator

import pytest

from services.price_alerts.system import price_updates
from tests.end_to_end.coin_alerts import CoinAlerts
from tests.end_to_end.deployed import Deployed
from tests.end_to_end.flows import Alerts, Coins, Enrichment, Flow, Market, Transactions
from tests.end_to_end.price_alerts import PriceAlerts
from tests.end_to_end.price_enrichment import PriceEnrichment
from tests.end_to_end.traffic import Traffic

# What was in flight comes again when it is visible again.
AFTER_A_KILL_S = price_updates.visibility_timeout + 100


@pytest.fixture(scope="module")
def durable(deployed: Deployed) -> Iterator[dict[str, Flow]]:
    """Flows that never stand in Lambda's own queue alone, which is lost with its function."""
    prices, coins = PriceAlerts(deployed.environment), CoinAlerts(deployed.environment)
    yield {"transactions": Transactions(deployed), "price-alerts": Alerts(prices), "coin-alerts": Coins(coins)}
    coins.exchange()
    for system in (prices, coins):
        system.subscriber.close()


@pytest.fixture(scope="module")
def every(durable: dict[str, Flow], deployed: Deployed) -> Iterator[dict[str, Flow]]:
    enrichment = PriceEnrichment(deployed.environment)
    yield {**durable, "price-enrichment": Enrichment(enrichment), "market-data": Market(deployed.environment)}
    enrichment.updates.close()


@pytest.mark.fault_case(35)
@pytest.mark.fault_system("transactions", "price-alerts", "coin-alerts", "price-enrichment", "market-data")
@pytest.mark.requirement("ALL-14")
def test_a_layer_that_is_deployed_during_traffic_loses_nothing(deployed: Deployed, every: dict[str, Flow]) -> None:
    settings = deployed.environment.settings_file
    before = settings.read_text()
    with Traffic(every).flowing() as traffic:
        settings.write_text(f"{before}logLevel: DEBUG\n")
        try:
            assert "updated" in deployed.environment.run("deploy", "compute").succeeded().said
        finally:
            settings.write_text(before)
            deployed.environment.run("deploy", "compute").succeeded()
    assert traffic.accepted()
    traffic.all_done()


@pytest.mark.fault_case(36)
@pytest.mark.fault_system("transactions", "price-alerts", "coin-alerts")
@pytest.mark.requirement("ALL-14")
def test_compute_that_is_destroyed_and_deployed_again_during_traffic_loses_nothing(
    deployed: Deployed, durable: dict[str, Flow]
) -> None:
    environment = deployed.environment
    with Traffic(durable).flowing() as traffic:
        # By hand, past the recipe's guard: the API stands upon these functions.
        environment.pulumi("compute", "destroy", "--yes", "--skip-preview").succeeded()
        environment.run("deploy", "compute").succeeded()
        # The functions' permissions for the API are the API layer's, and went with the functions.
        environment.pulumi("api", "refresh", "--yes", "--skip-preview").succeeded()
        environment.run("deploy", "api").succeeded()
        # So did the filters of the log groups that are compute's.
        environment.pulumi("observability", "refresh", "--yes", "--skip-preview").succeeded()
        environment.run("deploy", "observability").succeeded()
    assert traffic.refusals
    traffic.all_done()


@pytest.mark.fault_case(34)
@pytest.mark.fault_system("transactions", "price-alerts", "coin-alerts", "price-enrichment", "market-data")
@pytest.mark.requirement("ALL-14")
def test_an_emulator_that_is_killed_during_traffic_loses_nothing(deployed: Deployed, every: dict[str, Flow]) -> None:
    environment = deployed.environment
    with Traffic(every).flowing() as traffic:
        while traffic.accepted() < 5:
            time.sleep(0.1)
        os.kill(environment.endpoint.pid, signal.SIGKILL)
        environment.recipe("local-up").succeeded()
    # A kill between a message and its mark is a crash, after which a second copy is allowed.
    traffic.all_done(AFTER_A_KILL_S)
