"""The environment of a function."""

from dataclasses import dataclass, replace
from typing import cast

import pytest

from shared.contract import Element, output_key
from shared.environment_variables import environment_variables
from shared.model import Function, System, Use, queries
from shared.model.use import Access
from shared.references import Upstreams
from shared.scope import Scope
from shared.settings import Settings
from tests.unit.shared import samples
from tests.unit.shared.samples import NAMING


@dataclass(frozen=True)
class KeysThemselves:
    """Upstream layers whose every output holds its own key."""

    def read(self, system: System, element: Element, attribute: str) -> str:
        return output_key(element, attribute)


def scope(**said: object) -> Scope:
    settings = Settings(environment="unit", suffix="unit", systems=(), **said)  # pyright: ignore
    return Scope("compute", settings, NAMING, samples.shop, cast(Upstreams, KeysThemselves()))


EVERY = {
    "ENVIRONMENT": "unit",
    "SYSTEM": "corner-shop",
    "LOG_LEVEL": "DEBUG",
    "POWERTOOLS_METRICS_NAMESPACE": "corner-shop-unit",
}


def test_a_function_is_told_where_it_runs_and_how_to_reach_what_it_uses() -> None:
    assert environment_variables(scope(log_level="DEBUG"), samples.intake) == {
        **EVERY,
        "POWERTOOLS_SERVICE_NAME": "order-intake",
        "SIGNING_KEY_PARAMETER": "signing_key_parameter_name",
        "ORDERS_TABLE": "orders_table_name",
    }
    assert environment_variables(scope(log_level="DEBUG"), samples.shipper) == {
        **EVERY,
        "POWERTOOLS_SERVICE_NAME": "shipper",
        "ORDERS_TABLE": "orders_table_name",
        "PARCELS_TABLE": "parcels_table_name",
        "LABELS_QUEUE_URL": "labels_queue_url",
    }


def test_topics_buses_buckets_and_ciphertexts_are_reached_by_variables_of_their_own() -> None:
    of_courier = environment_variables(scope(), samples.courier)
    assert {name: of_courier[name] for name in set(of_courier) - set(EVERY) - {"POWERTOOLS_SERVICE_NAME"}} == {
        "COURIER_TOKEN_CIPHERTEXT": "courier_token_ciphertext_blob",
        "PARCELS_TABLE": "parcels_table_name",
        "DELIVERIES_TOPIC_ARN": "deliveries_topic_arn",
        "NEWS_TOPIC_ARN": "news_topic_arn",
    }
    of_receiving = environment_variables(scope(), samples.receiving)
    assert {name: of_receiving[name] for name in set(of_receiving) - set(EVERY) - {"POWERTOOLS_SERVICE_NAME"}} == {
        "INBOUND_GOODS_BUCKET": "inbound_goods_bucket_name",
        "MOVEMENTS_BUS": "movements_bus_name",
    }
    assert environment_variables(scope(), samples.stocking)["SHELF_STATE_TABLE"] == "shelf_state_table_name"


def test_a_function_that_answers_in_time_is_told_how_soon() -> None:
    told = environment_variables(scope(), replace(samples.intake, answers_within=29))
    assert told["ANSWERS_WITHIN_SECONDS"] == "29"
    assert "ANSWERS_WITHIN_SECONDS" not in environment_variables(scope(), samples.intake)


def test_a_table_is_named_once_whether_it_or_its_index_is_used() -> None:
    function = Function(
        "reader", timeout=5, uses=(queries(samples.orders), queries(samples.orders.index("by-customer")))
    )
    names = set(environment_variables(scope(), function)) - set(EVERY)
    assert names == {"POWERTOOLS_SERVICE_NAME", "ORDERS_TABLE"}


def test_what_no_function_addresses_has_no_variable() -> None:
    function = Function("odd", timeout=5, uses=(Use(Access.SENDS, samples.labels.dead_letter_queue),))
    with pytest.raises(TypeError, match="a function has no variable for DeadLetterQueue"):
        environment_variables(scope(), function)


def test_tags_say_environment_project_system_layer_manager_and_cost_centre() -> None:
    assert scope().tags == {
        "Environment": "unit",
        "Project": "event-systems",
        "System": "corner-shop",
        "Layer": "compute",
        "ManagedBy": "pulumi",
        "CostCenter": "corner-shop",
    }


@pytest.mark.requirement("ALL-10")
def test_the_environments_own_tags_win() -> None:
    tags = scope(tags={"CostCenter": "sales", "Owner": "shop"}).tags
    assert (tags["CostCenter"], tags["Owner"], tags["Layer"]) == ("sales", "shop", "compute")


def test_a_components_type_says_its_layer() -> None:
    assert scope().component_type("Function") == "event-systems:compute:Function"
