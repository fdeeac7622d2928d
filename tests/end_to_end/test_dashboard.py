"""The dashboard in the terminal shows what has just happened."""

import time

from tests.end_to_end.deployed import Deployed
from tests.end_to_end.payment_provider import webhook


def test_webhooks_are_seen_at_the_api_and_in_their_queue(deployed: Deployed) -> None:
    bodies = [webhook(), webhook()]
    assert {deployed.provider.post(body).status for body in bodies} == {202}
    # Depths are sampled every few seconds.
    end = time.monotonic() + 20
    while _most(deployed, "payments-queue") < 2:
        assert time.monotonic() < end
    assert _most(deployed, "Count") >= 2
    deployed.inbox.wait_for(body["event_id"] for body in bodies)


def test_a_system_that_is_not_there_is_refused_with_those_that_are(deployed: Deployed) -> None:
    said = deployed.environment.run("dashboard", "payments").refused().said
    refusal, _, known = said.partition("; there are: ")
    assert refusal.endswith("there is no system 'payments'")
    assert "transactions" in known


def _most(deployed: Deployed, label: str) -> int:
    """The greatest value of the hour that the dashboard shows; 0 where there is no data."""
    said = deployed.environment.recipe("dashboard", "transactions", deployed.environment.name).succeeded().said
    (line,) = [line for line in said.splitlines() if line.startswith(f"  {label} ")]
    return 0 if "no data" in line else int(line.split()[3].replace(",", ""))
