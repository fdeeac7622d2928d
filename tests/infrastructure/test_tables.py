"""Tables."""

from typing import Any

import pytest

from shared.model import Function, IndexKey, System, Table, gets_batches, string
from tests.infrastructure.engine import SYSTEMS, Environment, describe, run_layer


def key_schemas(index: IndexKey) -> list[dict[str, str]]:
    """The index's keys, as DynamoDB says them."""
    partition = {"attributeName": index.partition_key.name, "keyType": "HASH"}
    sort = [{"attributeName": index.sort_key.name, "keyType": "RANGE"}] if index.sort_key else []
    return [partition, *sort]


@pytest.mark.requirement("ALL-4")
def test_every_table_is_on_demand_recoverable_and_encrypted(environment: Environment) -> None:
    tables = environment.of("dynamodb/table:Table")
    assert len(tables) == sum(len(system.tables) for system in SYSTEMS)
    for table in tables:
        assert table.inputs["billingMode"] == "PAY_PER_REQUEST"
        assert table.inputs["pointInTimeRecovery"] == {"enabled": True}
        assert table.inputs["serverSideEncryption"]["enabled"] is True


def test_every_table_has_the_keys_indexes_stream_and_expiry_of_its_description(environment: Environment) -> None:
    for table in (table for system in SYSTEMS for table in system.tables):
        made = environment.the("dynamodb/table:Table", f"{table.name}-{environment.suffix}").inputs
        assert made["hashKey"] == table.partition_key.name
        assert made.get("rangeKey") == (table.sort_key and table.sort_key.name)
        assert made["streamEnabled"] is (table.stream is not None)
        assert made.get("streamViewType") == (table.stream and table.stream.value)
        assert made.get("ttl", {}).get("attributeName") == table.time_to_live
        indexes = {one["name"]: one["keySchemas"] for one in made.get("globalSecondaryIndexes", [])}
        assert indexes == {key.name: key_schemas(key) for key in table.indexes}


def test_every_attribute_of_a_key_is_declared_and_no_other(environment: Environment) -> None:
    for table in environment.of("dynamodb/table:Table"):
        used = {table.inputs[part] for part in ("hashKey", "rangeKey") if part in table.inputs}
        indexes = table.inputs.get("globalSecondaryIndexes", [])
        used |= {key["attributeName"] for index in indexes for key in index["keySchemas"]}
        assert [one["name"] for one in table.inputs["attributes"]] == sorted(used)


UNIT = {"attributeName": "unit", "keyType": "HASH"}
SINCE = {"attributeName": "since", "keyType": "RANGE"}


@pytest.mark.parametrize(
    ("said", "made"),
    [
        ({}, {"keySchemas": [UNIT], "projectionType": "ALL"}),
        ({"sort_key": string("since")}, {"keySchemas": [UNIT, SINCE], "projectionType": "ALL"}),
        ({"projects": ()}, {"keySchemas": [UNIT], "projectionType": "KEYS_ONLY"}),
        (
            {"projects": ("price", "unit")},
            {"keySchemas": [UNIT], "projectionType": "INCLUDE", "nonKeyAttributes": ["price", "unit"]},
        ),
    ],
)
def test_an_index_has_the_keys_and_carries_what_its_description_says(
    said: dict[str, Any], made: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    index = IndexKey(name="by-unit", partition_key=string("unit"), **said)
    table = Table("prices", partition_key=string("symbol"), indexes=(index,))
    describe(monkeypatch, System("prices", functions=(Function("reader", timeout=5, uses=(gets_batches(table),)),)))
    layer = run_layer("data", "prod", {})
    (found,) = (one.inputs for one in layer.resources if one.type == "aws:dynamodb/table:Table")
    assert found["globalSecondaryIndexes"] == [{"name": "by-unit"} | made]
    assert set(layer.outputs) == {"prices_table_name", "prices_table_arn", "built_from"}
