"""What each layer exports for the others and for people."""

from collections import Counter

import pytest

from shared.built_from import built_from
from shared.contract import output_key, owner, promised
from shared.layers import LAYERS
from shared.model import Ciphertext, Key
from shared.naming import Naming
from shared.prediction import MINTED, predicted
from shared.settings import load_settings
from tests.infrastructure.engine import SYSTEMS, Environment
from tests.infrastructure.fake_aws import REGION, STREAM_LABEL

# Nothing in these follows from a name: no preview can foretell them.
MINTED_WHOLE = {(Key, "id"), (Key, "arn"), (Ciphertext, "blob")}


@pytest.mark.requirement("ALL-12")
@pytest.mark.parametrize("layer", LAYERS)
def test_every_layer_exports_just_what_the_contract_promises(environment: Environment, layer: str) -> None:
    keys = {output_key(*promise) for system in SYSTEMS for promise in promised(layer, system)}
    outputs = environment.layers[layer].outputs
    assert set(outputs) == keys | {"built_from"}
    assert [key for key, value in outputs.items() if not value or not isinstance(value, str)] == []


@pytest.mark.requirement("RP-4")
@pytest.mark.parametrize("layer", LAYERS)
def test_every_layer_exports_the_hash_of_what_it_is_built_from(environment: Environment, layer: str) -> None:
    assert environment.layers[layer].outputs["built_from"] == built_from(layer, load_settings(environment.name))


@pytest.mark.parametrize("layer", [layer for layer in LAYERS if layer != "api"])
def test_what_is_predicted_of_a_layer_is_what_it_exports(environment: Environment, layer: str) -> None:
    naming = Naming(environment.suffix, REGION, environment.account_id)
    for system in SYSTEMS:
        for element, attribute in promised(layer, system):
            said = predicted(element, naming, system)
            if (type(element), attribute) in MINTED_WHOLE:
                assert attribute not in said
            else:
                exported = environment.layers[layer].outputs[output_key(element, attribute)]
                assert exported == said[attribute].replace(MINTED, STREAM_LABEL)


def test_no_output_key_belongs_to_two_elements() -> None:
    keys = Counter(
        output_key(*promise) for layer in LAYERS for system in SYSTEMS for promise in promised(layer, system)
    )
    assert [key for key, count in keys.items() if count > 1] == []


def test_no_two_elements_of_a_kind_have_one_name_in_any_system() -> None:
    elements = {
        (system.name, element) for layer in LAYERS for system in SYSTEMS for element, _ in promised(layer, system)
    }
    names = Counter((owner(element), type(element).__name__, element.name) for _, element in elements)
    assert [name for name, count in names.items() if count > 1] == []
