"""Tags: on every taggable resource, whose it is, what made it, and who pays."""

from collections.abc import Iterator, Mapping
from typing import Any, cast

from operations.validation.deployed import Deployed
from operations.validation.examination import Examined, elements, examine_each, shows
from operations.validation.finding import Fact, Finding, agrees
from operations.validation.taggable import Taggable, taggable
from operations.validation.triggers import mappings
from shared.model import Function, System

# Their values are anybody's choice.
PRESENT = ("Project", "CostCenter")


def examine(deployed: Deployed) -> Iterator[Finding]:
    """Findings on every taggable resource."""
    for system in deployed.systems:
        resources = (Examined(deployed, system, one, one.name) for one in taggable(deployed, system))
        yield from examine_each(resources, (_tags,))
    functions = elements(deployed, lambda system: system.functions, lambda _, one: deployed.naming.name(one))
    yield from examine_each(functions, (_tags_of_mappings,))


@shows("ALL-10")
def _tags(resource: Examined[Taggable]) -> Iterator[Fact]:
    call = resource.element
    answer = resource.ask(call.service, call.operation, **call.request)
    yield _complete(resource.deployed, resource.system, call.layer, by_key(answer))


@shows("ALL-10")
def _tags_of_mappings(function: Examined[Function]) -> Iterator[Fact]:
    naming = function.deployed.naming
    for mapping in mappings(function):
        arn = (
            f"arn:{naming.partition}:lambda:{naming.region}:{naming.account_id}:event-source-mapping:{mapping['UUID']}"
        )
        answer = function.ask("lambda", "list_tags", Resource=arn)
        yield _complete(function.deployed, function.system, "compute", by_key(answer))


def by_key(answer: Mapping[str, Any]) -> dict[str, str]:
    """Tags by their keys, whichever of AWS's shapes they come in."""
    said = next((value for key, value in answer.items() if key.lower() in ("tags", "taglist", "tagset")), [])
    if isinstance(said, dict):
        return cast(dict[str, str], said)
    listed = cast(list[dict[str, str]], said)
    return {tag.get("Key", tag.get("TagKey", "")): tag.get("Value", tag.get("TagValue", "")) for tag in listed}


def _complete(deployed: Deployed, system: System, layer: str, found: Mapping[str, str]) -> Fact:
    wanted = {
        "Environment": deployed.settings.suffix,
        "System": system.name,
        "Layer": layer,
        "ManagedBy": "pulumi",
        **system.tags,
        **deployed.settings.tags,
    }
    wrong = [f"{key} is {found.get(key)}, not {value}" for key, value in wanted.items() if found.get(key) != value]
    wrong += [f"no {key}" for key in PRESENT if not found.get(key)]
    return agrees("tags", wrong, f"all of {', '.join(sorted({*wanted, *PRESENT}))}")
