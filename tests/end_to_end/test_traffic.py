"""Layers change while webhooks come in: nothing that was accepted is lost, nothing arrives twice."""

import os
import signal

import pytest

from tests.end_to_end.deployed import Deployed
from tests.end_to_end.traffic import Traffic

pytestmark = pytest.mark.fault_system("transactions")


def all_arrived_once(deployed: Deployed, traffic: Traffic) -> None:
    assert traffic.accepted
    deployed.inbox.wait_for(traffic.accepted, seconds=90)
    assert deployed.nothing_arrived_of("another")
    assert sorted(message.event_id for message in deployed.inbox.of(traffic.accepted)) == sorted(traffic.accepted)


@pytest.mark.fault_case(35)
@pytest.mark.requirement("ALL-14")
def test_a_layer_that_is_deployed_during_traffic_loses_nothing(deployed: Deployed) -> None:
    settings = deployed.environment.settings_file
    before = settings.read_text()
    with Traffic(deployed).flowing() as traffic:
        settings.write_text(f"{before}logLevel: DEBUG\n")
        try:
            assert "updated" in deployed.environment.run("deploy", "compute").succeeded().said
        finally:
            settings.write_text(before)
            deployed.environment.run("deploy", "compute").succeeded()
    all_arrived_once(deployed, traffic)


@pytest.mark.fault_case(36)
@pytest.mark.requirement("ALL-14")
def test_compute_that_is_destroyed_and_deployed_again_during_traffic_loses_nothing(deployed: Deployed) -> None:
    environment = deployed.environment
    with Traffic(deployed).flowing() as traffic:
        # By hand, past the recipe's guard: the API stands upon these functions.
        environment.pulumi("compute", "destroy", "--yes", "--skip-preview").succeeded()
        environment.run("deploy", "compute").succeeded()
        # The functions' permissions for the API are the API layer's, and went with the functions.
        environment.pulumi("api", "refresh", "--yes", "--skip-preview").succeeded()
        environment.run("deploy", "api").succeeded()
    assert traffic.refusals
    all_arrived_once(deployed, traffic)


@pytest.mark.fault_case(34)
@pytest.mark.requirement("ALL-14")
def test_an_emulator_that_is_killed_during_traffic_loses_nothing(deployed: Deployed) -> None:
    environment = deployed.environment
    with Traffic(deployed).flowing() as traffic:
        while len(traffic.accepted) < 5:
            deployed.inbox.take()
        os.kill(environment.endpoint.pid, signal.SIGKILL)
        environment.recipe("local-up").succeeded()
    deployed.inbox.wait_for(traffic.accepted, seconds=90)
    # A kill between a message and its mark is a crash after which a second copy is allowed.
    assert {message.event_id for message in deployed.inbox.of(traffic.accepted)} == traffic.accepted
