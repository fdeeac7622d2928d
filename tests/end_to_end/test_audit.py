"""The audit of a deployed environment: nothing where it is what the code says, and all that differs where it is not."""

import json
from typing import Any

import pytest

from tests.end_to_end.deployed import Deployed
from tests.end_to_end.environment import Done
from tests.measurements import Measure

DISPUTES = ("services/transactions/system.py", "        sends(disputes),\n", "")


def said(done: Done) -> dict[str, Any]:
    """The JSON that a recipe printed before it told of an error."""
    return json.JSONDecoder().raw_decode(done.said[done.said.index("{") :])[0]


@pytest.mark.requirement("ALL-3", "ALL-5", "ALL-12")
def test_what_is_deployed_is_what_the_code_says(deployed: Deployed, measure: Measure) -> None:
    done = deployed.environment.recipe("audit", deployed.environment.name, "json").succeeded()
    measure("audit", done.seconds)
    assert said(done)["findings"] == []


@pytest.mark.requirement("ALL-3", "ALL-12")
def test_what_is_deployed_and_no_longer_described_is_found(deployed: Deployed) -> None:
    environment = deployed.environment
    with environment.checkout.changed(*DISPUTES):
        findings = said(environment.run("audit", "json").refused())["findings"]
    found = {(one["check"], one["message"].partition(":")[0]) for one in findings}
    assert ("excess-grant", "transaction-router can do what nothing describes") in found
    assert ("unknown-resource", "layer 'messaging' has deployed what its program does not register") in found
    assert ("unknown-resource", "layer 'security' has deployed this other than its program says (update)") in found
    assert (
        "output-contract",
        "layer 'messaging' exports 'disputes_queue_url', which no contract promises",
    ) in found
    (excess,) = (one for one in findings if one["check"] == "excess-grant")
    assert excess["file"] == "services/transactions/system.py"
    assert environment.named("disputes-queue") in excess["message"]
