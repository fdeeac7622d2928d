"""The pack judges the exported states."""

import json
from typing import Any

import pytest

from operations.audit import policy_pack
from operations.problem import OperationError
from shared.settings import Settings

SETTINGS = Settings(environment="dev", suffix="dev", systems=())
FUNCTION = "aws:lambda/function:Function"


def export(layer: str, **inputs: Any) -> str:
    resource = {"urn": f"urn:pulumi:dev::{layer}::{FUNCTION}::intake", "type": FUNCTION, "custom": True}
    return json.dumps({"deployment": {"resources": [{**resource, "inputs": inputs}]}})


def test_what_the_pack_finds_is_told_with_the_layer_that_deployed_it() -> None:
    exports = {"security": export("security"), "compute": export("compute", tracingConfig={"mode": "PassThrough"})}
    found = [one for one in policy_pack.examine(exports, SETTINGS) if "[xray-tracing-active]" in one.message]
    assert [one.file for one in found] == ["projects/security/__main__.py", "projects/compute/__main__.py"]
    assert {one.check for one in found} == {"policy-pack"}
    assert all(one.advice for one in found)


def test_a_state_without_findings_gives_none() -> None:
    assert list(policy_pack.examine({"security": '{"deployment": {}}'}, SETTINGS)) == []


def test_a_pack_that_cant_judge_is_never_a_pass() -> None:
    with pytest.raises(OperationError, match="the policy pack could not judge the deployed state:\nerror: "):
        list(policy_pack.examine({"security": "[]"}, SETTINGS))
