"""A violation in any layer stops the deployment of all before anything is created."""

from contextlib import ExitStack

import pytest

from tests.end_to_end.deployed import Deployed
from tests.end_to_end.environment import Environment
from tests.end_to_end.inventory import inventory

# By layer: the file, what stands there, and what a careless change would make of it, with the finding that it gives.
PLANTED = {
    "security": ("shared/grants.py", 'Grant(("sqs:SendMessage",), _element)', 'Grant(("sqs:*",), _element)', "`sqs:*`"),
    "messaging": ("shared/senders.py", 'actions=("sqs:SendMessage",)', 'actions=("sqs:*",)', "`sqs:*`"),
    "compute": ("shared/components/function.py", '["arm64"]', '["x86_64"]', "[lambda-arm64-only]"),
    "api": (
        "shared/components/rest_api.py",
        "xray_tracing_enabled=True",
        "xray_tracing_enabled=False",
        "[xray-tracing-active]",
    ),
}
UNTRACED = ("shared/components/function.py", '{"mode": "Active"}', '{"mode": "PassThrough"}')


@pytest.mark.requirement("RP-3", "ALL-2", "ALL-3", "ALL-7")
def test_a_violation_in_any_layer_stops_deploy_all_before_anything_is_created(deployed: Deployed) -> None:
    careless = Environment(deployed.environment.checkout, deployed.environment.state, "local-careless")
    before = inventory(careless)
    with ExitStack() as plants:
        for path, good, bad, _ in PLANTED.values():
            plants.enter_context(careless.checkout.changed(path, good, bad))
        plants.enter_context(careless.checkout.changed(*UNTRACED))
        done = careless.run("deploy-all").refused()
    assert "error: the preview of security, messaging, compute, api failed" in done.said
    for layer, (_, _, _, finding) in PLANTED.items():
        assert [line for line in done.said.splitlines() if layer in line and finding in line], done.said
    assert "deploying" not in done.said
    assert inventory(careless) == before
