"""Names and outputs: every physical name ends in the suffix, and every layer exports what it owes."""

import re
from collections.abc import Iterator

from operations.validation.deployed import Deployed
from operations.validation.examination import Examined, elements, examine_each, shows
from operations.validation.finding import Fact, Finding, agrees, holds
from shared.contract import BUILT_FROM, Element, attributes, output_key, owner, promised
from shared.layers import LAYERS
from shared.model import Api, System

DIGEST = re.compile(r"[0-9a-f]{16}")


def examine(deployed: Deployed) -> Iterator[Finding]:
    """Findings on every element's outputs and names, and on every layer's."""
    every = elements(deployed, _all_elements, lambda _, element: f"{owner(element)}: {element.name}")
    yield from examine_each(every, (_outputs, _suffix))
    apis = elements(deployed, lambda system: system.apis, lambda _, api: deployed.naming.name(api))
    yield from examine_each(apis, (_api_name,))
    nowhere = System("all", functions=())
    yield from examine_each((Examined(deployed, nowhere, layer, layer) for layer in LAYERS), (_built_from,))


def _all_elements(system: System) -> Iterator[Element]:
    found = (element for layer in LAYERS for element, _ in promised(layer, system))
    return iter(list(dict.fromkeys(found)))


@shows("ALL-12")
def _outputs(element: Examined[Element]) -> Iterator[Fact]:
    exported = element.deployed.outputs[owner(element.element)]
    wanted = [output_key(element.element, attribute) for attribute in attributes(element.element)]
    yield agrees("outputs", (f"no {key}" for key in wanted if not exported.get(key)), "all of the contract's")


@shows("ALL-1")
def _suffix(element: Examined[Element]) -> Iterator[Fact]:
    suffix = f"-{element.deployed.settings.suffix}"
    for attribute in attributes(element.element):
        value = element.deployed.output(element.element, attribute)
        # AWS names keys, APIs and the labels of streams itself.
        minted = output_key(element.element, attribute).endswith(
            ("_key_arn", "_key_id", "_ciphertext_blob", "_api_id", "_api_url", "stream_arn")
        )
        if not minted and attribute != "invoke_arn":
            name = re.split("[/:]", value)[-1]
            yield holds("name's end", name.endswith(suffix), suffix if name.endswith(suffix) else name, suffix)


@shows("ALL-1")
def _api_name(api: Examined[Api]) -> Iterator[Fact]:
    id_ = api.deployed.output(api.element, "id")
    name = api.ask("apigateway", "get_rest_api", restApiId=id_)["name"]
    suffix = f"-{api.deployed.settings.suffix}"
    yield holds("name's end", name.endswith(suffix), suffix if name.endswith(suffix) else name, suffix)


@shows("RP-4")
def _built_from(layer: Examined[str]) -> Iterator[Fact]:
    found = str(layer.deployed.outputs[layer.element].get(BUILT_FROM, ""))
    well = bool(DIGEST.fullmatch(found))
    yield holds("built from", well, "a digest" if well else found, "a digest of 16 hex digits")
