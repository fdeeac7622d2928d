"""What holds for each resource, of whatever kind."""

import inspect
from typing import Any

import pulumi_aws
import pytest

from shared.layers import LAYERS
from shared.settings import load_settings
from tests.infrastructure.engine import SYSTEMS, Environment, Registered

TAGS = {"Environment", "Project", "System", "Layer", "ManagedBy", "CostCenter"}


def made_by_aws(environment: Environment, layer: str) -> list[Registered]:
    return [one for one in environment.layers[layer].resources if one.type.startswith("aws:")]


def is_taggable(type_: str) -> bool:
    """Whether the provider's class for the type, such as aws:sqs/queue:Queue, takes tags."""
    _, module, name = type_.split(":")
    package: Any = getattr(pulumi_aws, {"lambda": "lambda_"}.get(module.split("/")[0], module.split("/")[0]))
    return "tags" in inspect.signature(getattr(package, name)._internal_init).parameters


@pytest.mark.requirement("ALL-10")
@pytest.mark.parametrize("layer", LAYERS)
def test_every_taggable_resource_has_all_tags(environment: Environment, layer: str) -> None:
    taggable = [one for one in made_by_aws(environment, layer) if is_taggable(one.type)]
    assert taggable
    for resource in taggable:
        tags = resource.inputs.get("tags", {})
        assert set(tags) >= TAGS, resource.urn
        assert tags["Layer"] == layer
        assert tags["System"] in {system.name for system in SYSTEMS}


@pytest.mark.requirement("ALL-10")
def test_the_environments_own_tags_win(environment: Environment) -> None:
    own = load_settings(environment.name).tags
    for resource in environment.resources:
        if tags := resource.inputs.get("tags"):
            assert own.items() <= tags.items()


@pytest.mark.requirement("ALL-9")
@pytest.mark.parametrize("layer", LAYERS)
def test_everything_can_be_destroyed(environment: Environment, layer: str) -> None:
    assert [one.urn for one in environment.layers[layer].resources if one.is_kept] == []
    kept = ("deletionProtectionEnabled", "skipDestroy", "forceDestroy")
    said = {(key, one.inputs[key]) for one in made_by_aws(environment, layer) for key in kept if key in one.inputs}
    assert said <= {("deletionProtectionEnabled", False), ("skipDestroy", False), ("forceDestroy", True)}
