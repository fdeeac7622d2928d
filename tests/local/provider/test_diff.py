"""What is a change, and of which kind."""

import json

import pytest
from pulumi.runtime.proto import provider_pb2

from local.provider.values import UNKNOWN
from tests.local.provider.engine_double import EngineDouble
from tests.local.provider.samples import code

QUEUE = "aws:sqs/queue:Queue"
ROLE = "aws:iam/role:Role"
NONE = provider_pb2.DiffResponse.DIFF_NONE
UPDATE = provider_pb2.PropertyDiff.UPDATE
UPDATE_REPLACE = provider_pb2.PropertyDiff.UPDATE_REPLACE


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ({"policy": '{"a": 1, "b": [1, 2]}'}, {"policy": '{"b":[2,1],"a":1}'}),
        ({"policy": '{"Action": "a"}'}, {"policy": '{"Action": ["a"]}'}),
        ({"delaySeconds": 5}, {"delaySeconds": "5"}),
        ({"fifoQueue": True}, {"fifoQueue": "true"}),
        ({"tags": {}}, {}),
        ({"policy": '{"a": 1}'}, {}),
    ],
)
def test_the_same_in_another_form_is_no_change(
    engine: EngineDouble, old: dict[str, object], new: dict[str, object]
) -> None:
    assert engine.diff(QUEUE, {"name": "q", **old}, {"name": "q", **new}).changes == NONE


def test_the_order_of_a_dashboards_widgets_is_a_change(engine: EngineDouble) -> None:
    old, new = ({"dashboardName": "d", "dashboardBody": json.dumps({"widgets": order})} for order in ([1, 2], [2, 1]))
    assert list(engine.diff("aws:cloudwatch/dashboard:Dashboard", old, new).diffs) == ["dashboardBody"]


def test_a_change_in_place_names_the_nested_path(engine: EngineDouble) -> None:
    answer = engine.diff(
        QUEUE, {"name": "q", "tags": {"a": "1", "b c": "2"}}, {"name": "q", "tags": {"a": "2", "b c": "3"}}
    )
    assert set(answer.detailedDiff) == {"tags.a", 'tags["b c"]'}
    assert not answer.replaces


def test_a_replacement_under_another_name_creates_first(engine: EngineDouble) -> None:
    answer = engine.diff(QUEUE, {"name": "a"}, {"name": "b"})
    assert answer.detailedDiff["name"].kind == UPDATE_REPLACE
    assert not answer.deleteBeforeReplace


def test_a_replacement_under_the_same_name_deletes_first(engine: EngineDouble) -> None:
    answer = engine.diff(ROLE, {"name": "r", "path": "/"}, {"name": "r", "path": "/a/"})
    assert list(answer.replaces) == ["path"]
    assert answer.deleteBeforeReplace


def test_only_a_downgraded_parameter_is_replaced(engine: EngineDouble) -> None:
    token, advanced, standard = "aws:ssm/parameter:Parameter", {"tier": "Advanced"}, {"tier": "Standard"}
    assert list(engine.diff(token, advanced, standard).replaces) == ["tier"]
    assert list(engine.diff(token, standard, advanced).replaces) == []


def test_an_unknown_value_is_a_change_and_replaces_what_a_change_would(engine: EngineDouble) -> None:
    old = {"name": "r", "path": "/", "description": "d"}
    answer = engine.diff(ROLE, old, {"name": "r", "path": UNKNOWN, "description": UNKNOWN})
    assert set(answer.diffs) == {"path", "description"}
    assert list(answer.replaces) == ["path"]


def test_code_is_compared_by_its_hash(engine: EngineDouble) -> None:
    token = "aws:lambda/function:Function"
    assert engine.diff(token, {"code": code("a")}, {"code": {**code("a"), "assets": {}}}).changes == NONE
    assert list(engine.diff(token, {"code": code("a")}, {"code": code("b")}).diffs) == ["code"]


def test_ignored_changes_are_no_changes(engine: EngineDouble) -> None:
    assert (
        engine.diff(
            QUEUE, {"name": "q", "delaySeconds": 1}, {"name": "q", "delaySeconds": 2}, ignore=["delaySeconds"]
        ).changes
        == NONE
    )
