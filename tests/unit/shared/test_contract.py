"""The contract between layers, and what is predicted of it."""

import pytest

from shared.contract import attributes, noun, output_key, owner, promised
from shared.layers import LAYERS, UPSTREAMS, downstreams, waves
from shared.model import SecretParameter
from shared.prediction import predicted
from tests.unit.shared import samples
from tests.unit.shared.samples import NAMING

KEYS = {
    "security": {
        "order_intake_role_arn",
        "shipper_role_arn",
        "courier_role_arn",
        "courier_token_ciphertext_blob",
        "signing_key_parameter_name",
        *(f"{key}_key_{attribute}" for key in ("seal", "strongbox") for attribute in ("id", "arn", "alias")),
    },
    "data": {
        *(f"orders_table_{attribute}" for attribute in ("name", "arn", "stream_arn")),
        *(f"parcels_table_{attribute}" for attribute in ("name", "arn")),
    },
    "messaging": {
        "complaints_topic_arn",
        "news_topic_arn",
        "deliveries_topic_arn",
        *(
            f"{queue}_{attribute}"
            for queue in ("labels_queue", "labels_dlq", "shipper_failures_dlq", "shipper_stream_dlq", "sweep_dlq")
            for attribute in ("url", "arn")
        ),
    },
    "compute": {
        "sweep_rule_name",
        *(
            f"{function}_function_{attribute}"
            for function in ("order_intake", "shipper", "courier")
            for attribute in ("name", "arn", "invoke_arn")
        ),
    },
    "api": {"shop_api_id", "shop_api_url"},
    "observability": set[str](),
}
# Nothing in these follows from a name.
MINTED_WHOLE = {
    *(f"{key}_key_{attribute}" for key in ("seal", "strongbox") for attribute in ("id", "arn")),
    "courier_token_ciphertext_blob",
}


@pytest.mark.requirement("ALL-12")
@pytest.mark.parametrize("layer", LAYERS)
def test_a_layer_promises_what_it_owns_under_keys_that_say_the_kind_once(layer: str) -> None:
    assert {output_key(*promise) for promise in promised(layer, samples.shop)} == KEYS[layer]
    assert {owner(element) for element, _ in promised(layer, samples.shop)} == ({layer} if KEYS[layer] else set())


def test_a_kind_that_the_name_ends_in_is_not_said_twice() -> None:
    assert noun(SecretParameter("retry-parameter")) == "retry_parameter"
    assert noun(samples.key) == "signing_key_parameter"


def test_only_a_table_with_a_stream_has_a_streams_arn() -> None:
    assert attributes(samples.orders) == ("name", "arn", "stream_arn")
    assert attributes(samples.parcels) == ("name", "arn")


@pytest.mark.parametrize("layer", [layer for layer in LAYERS if layer != "api" and downstreams(layer)])
def test_whatever_follows_from_a_name_can_be_predicted(layer: str) -> None:
    for element, attribute in promised(layer, samples.shop):
        said = predicted(element, NAMING, samples.shop)
        assert bool(said.get(attribute)) is (output_key(element, attribute) not in MINTED_WHOLE)


def test_a_keys_alias_and_a_topics_arn_are_predicted() -> None:
    assert predicted(samples.seal, NAMING, samples.shop) == {"alias": "alias/seal-unit"}
    assert predicted(samples.news, NAMING, samples.shop) == {"arn": "arn:aws:sns:us-east-1:123456789012:news-unit"}


def test_buckets_buses_and_rules_are_predicted_and_ciphertexts_are_not() -> None:
    assert predicted(samples.inbound, NAMING, samples.warehouse) == {
        "name": "inbound-goods-unit",
        "arn": "arn:aws:s3:::inbound-goods-unit",
    }
    bus = "arn:aws:events:us-east-1:123456789012:event-bus/movements-unit"
    assert predicted(samples.movements, NAMING, samples.warehouse) == {"name": "movements-unit", "arn": bus}
    assert predicted(samples.arrived, NAMING, samples.warehouse) == {"name": "arrivals-unit"}
    assert predicted(samples.courier_token, NAMING, samples.shop) == {}


def test_an_api_is_not_predicted_because_nobody_reads_it() -> None:
    with pytest.raises(TypeError, match="nothing is deployed upon Api"):
        predicted(samples.shop_api, NAMING, samples.shop)


def test_layers_are_deployed_in_waves_each_upon_the_ones_before() -> None:
    assert list(waves()) == [("security",), ("data", "messaging"), ("compute",), ("api",), ("observability",)]


def test_a_layer_is_an_upstream_of_its_downstreams() -> None:
    assert {layer: downstreams(layer) for layer in LAYERS} == {
        "security": ("data", "messaging", "compute"),
        "data": ("compute",),
        "messaging": ("compute", "observability"),
        "compute": ("api", "observability"),
        "api": ("observability",),
        "observability": (),
    }


def test_no_layer_is_built_upon_a_later_one() -> None:
    for position, layer in enumerate(LAYERS):
        assert set(UPSTREAMS[layer]) <= set(LAYERS[:position])
