"""The life of an environment beside another: previewed cold, deployed layer by layer, changed, destroyed, deployed."""

from collections.abc import Iterator

import pytest

from shared.layers import LAYERS, UPSTREAMS
from tests.end_to_end.checkout import Checkout
from tests.end_to_end.deployed import Deployed, connect
from tests.end_to_end.environment import Done, Environment
from tests.end_to_end.inventory import inventory
from tests.end_to_end.payment_provider import webhook
from tests.measurements import Measure

VISIBILITY = ("services/transactions/system.py", "visibility_timeout=minutes(5)", "visibility_timeout=minutes(6)")


@pytest.fixture(scope="module")
def second(checkout: Checkout, deployed: Deployed) -> Environment:
    """An environment that was never deployed, in the emulator of the first."""
    return Environment(checkout, deployed.environment.state, "local-second")


@pytest.fixture(scope="module")
def neighbours(second: Environment) -> list[str]:
    """All that the account held before."""
    return inventory(second)


@pytest.fixture(scope="module")
def cold(second: Environment, neighbours: list[str], measure: Measure) -> Done:
    """The preview of everything where nothing is."""
    assert neighbours
    previewed = second.recipe("preview-all", second.name).succeeded()
    measure("preview-all of an environment never deployed", previewed.seconds)
    return previewed


@pytest.fixture(scope="module")
def standing(second: Environment, cold: Done, measure: Measure) -> Deployed:
    """The second environment, deployed one layer after the other."""
    assert cold.status == 0
    for layer in LAYERS:
        done = second.recipe("deploy", layer, second.name).succeeded()
        assert "warning: layer" not in done.said
        measure(f"deploy {layer}, the first time", done.seconds)
    return connect(second)


def test_a_layer_upon_nothing_is_not_deployed_and_names_what_comes_first(second: Environment) -> None:
    said = second.run("deploy", "compute").refused().said
    assert f"layer 'compute' stands upon 'security', which is not deployed in '{second.name}'" in said
    assert f"deploy it first: just deploy security {second.name}" in said


def test_a_cold_preview_predicts_what_is_not_deployed_and_says_so(cold: Done) -> None:
    for layer, upstreams in UPSTREAMS.items():
        predicted = f"predicted, because not deployed yet: all outputs of {', '.join(upstreams)}"
        assert not upstreams or [line for line in cold.said.splitlines() if layer in line and predicted in line]
    assert cold.said.count("to create") == len(LAYERS)


def test_a_cold_preview_creates_nothing(second: Environment, cold: Done, neighbours: list[str]) -> None:
    assert cold.status == 0
    assert inventory(second) == neighbours


def test_an_environment_that_was_deployed_layer_by_layer_works(standing: Deployed) -> None:
    standing.passes_a_webhook()


@pytest.mark.requirement("ALL-1")
def test_two_environments_in_one_account_do_not_meet(deployed: Deployed, standing: Deployed) -> None:
    body = webhook()
    assert deployed.provider.post(body).status == 202
    assert standing.provider.post(body).status == 202
    deployed.inbox.wait_for([body["event_id"]])
    standing.inbox.wait_for([body["event_id"]])
    assert standing.provider.post(webhook(), secret=deployed.provider.secret).status == 401


@pytest.mark.requirement("RP-4")
@pytest.mark.parametrize(("layer", "upon_it"), [("security", "data"), ("messaging", "compute"), ("compute", "api")])
def test_a_layer_is_not_destroyed_while_another_stands_upon_it(standing: Deployed, layer: str, upon_it: str) -> None:
    said = standing.environment.run("destroy", layer).refused().said
    assert f"layer '{layer}' can't be destroyed while '{upon_it}' stands upon it" in said


@pytest.fixture(scope="module")
def changed(standing: Deployed) -> Iterator[Environment]:
    """The second environment when its description has changed and nothing is deployed of it."""
    with standing.environment.checkout.changed(*VISIBILITY):
        yield standing.environment


@pytest.mark.requirement("RP-4")
def test_a_change_of_the_description_makes_layers_stale(changed: Environment) -> None:
    assert changed.run("status").succeeded().said.count("stale") == len(LAYERS)


@pytest.mark.requirement("RP-4")
def test_a_layer_upon_a_stale_one_is_deployed_with_a_warning(changed: Environment) -> None:
    said = changed.run("deploy", "api").succeeded().said
    assert "warning: layer 'compute' is not what the checkout describes" in said
    assert f"just deploy compute {changed.name}" in said


@pytest.mark.requirement("RP-4")
def test_the_changed_layer_is_deployed_alone(changed: Environment, measure: Measure) -> None:
    done = changed.recipe("deploy", "messaging", changed.name).succeeded()
    measure("deploy messaging, one attribute of three queues changed", done.seconds)
    assert "3 updated" in done.said
    assert [_visibility(changed, queue) for queue in ("payments-queue", "refunds-queue", "disputes-queue")] == [
        "360"
    ] * 3
    status = changed.run("status").succeeded().said
    assert [line for line in status.splitlines() if "messaging" in line and "up to date" in line]


@pytest.mark.requirement("ALL-9")
def test_a_destroyed_environment_leaves_nothing_and_its_neighbour_works(
    deployed: Deployed, standing: Deployed, neighbours: list[str], measure: Measure
) -> None:
    second = standing.environment
    assert len(inventory(second)) > len(neighbours)
    destroyed = second.recipe("destroy-all", second.name).succeeded()
    measure("destroy-all", destroyed.seconds)
    assert inventory(second) == neighbours
    assert second.run("status").succeeded().said.count("not deployed") == len(LAYERS)
    deployed.passes_a_webhook()


@pytest.mark.requirement("ALL-9")
def test_what_was_destroyed_can_be_deployed_again(standing: Deployed) -> None:
    second = standing.environment
    second.run("destroy-all").succeeded()
    second.run("deploy-all").succeeded()
    connect(second).passes_a_webhook()


def _visibility(environment: Environment, queue: str) -> str:
    sqs = environment.client("sqs")
    url = sqs.get_queue_url(QueueName=environment.named(queue))["QueueUrl"]
    name = "VisibilityTimeout"
    return sqs.get_queue_attributes(QueueUrl=url, AttributeNames=[name])["Attributes"][name]
