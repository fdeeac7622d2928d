"""What an update would take away for good, as Pulumi's preview tells it."""

import json

import pytest

from operations.deployer.resource_types import RESOURCE_TYPES
from operations.losses import KEEPING, losses
from operations.problem import OperationError


def step(operation: str, kind: str, name: str = "orders") -> dict[str, str]:
    return {"op": operation, "urn": f"urn:pulumi:prod::data::event-systems:data:Table${kind}::{name}"}


def found(*steps: dict[str, str]) -> tuple[str, ...]:
    return losses("data", json.dumps({"steps": steps}), "prod")


@pytest.mark.requirement("RP-5")
@pytest.mark.parametrize("kind", KEEPING)
def test_what_is_deleted_with_what_it_holds_is_a_loss(kind: str) -> None:
    assert found(step("delete", kind)) == (f"data: deletes orders: the {KEEPING[kind]}",)


@pytest.mark.requirement("RP-5")
def test_a_replacement_is_one_loss_however_many_steps_it_takes() -> None:
    table = "aws:dynamodb/table:Table"
    steps = [step(operation, table) for operation in ("create-replacement", "replace", "delete-replaced")]
    assert found(*steps) == found(*reversed(steps)) == ("data: replaces orders: the table and its items",)


@pytest.mark.parametrize("operation", ["same", "create", "update", "read", "refresh"])
def test_what_stays_is_no_loss(operation: str) -> None:
    assert found(step(operation, "aws:dynamodb/table:Table")) == ()


def test_what_holds_nothing_is_no_loss() -> None:
    assert found(step("delete", "aws:iam/role:Role"), step("replace", "aws:lambda/function:Function")) == ()


@pytest.mark.parametrize("said", ["", "{}", "[]", '{"steps": [{}]}'])
def test_a_preview_that_can_not_be_read_is_no_harmless_one(said: str) -> None:
    with pytest.raises(OperationError, match=r"the preview of layer 'data' can't be read .*: just preview data prod"):
        losses("data", said, "prod")


def test_every_kind_that_keeps_something_is_one_that_the_layers_deploy() -> None:
    assert set(KEEPING) <= set(RESOURCE_TYPES)
