"""The JSON patches of API Gateway's updates."""

from local.provider.patches import patch
from local.provider.schema import Field

FIELDS = (
    Field("name"),
    Field("enabled", member="tracingEnabled"),
    Field("models"),
    Field("media"),
    Field("log", member="accessLog", fields=(Field("arn", member="destinationArn"), Field("format"))),
    Field("types", ordered=True),
)


def test_scalars_are_replaced_as_text_and_removed() -> None:
    assert patch({"name": "a", "enabled": False}, {"enabled": True}, FIELDS) == [
        {"op": "remove", "path": "/name"},
        {"op": "replace", "path": "/tracingEnabled", "value": "true"},
    ]


def test_keys_of_maps_are_escaped_and_patched_one_by_one() -> None:
    old, new = {"models": {"a/b": "A", "c": "C", "d~e": "D"}}, {"models": {"a/b": "B", "d~e": "D", "x/y": "X"}}
    assert patch(old, new, FIELDS) == [
        {"op": "remove", "path": "/models/c"},
        {"op": "replace", "path": "/models/a~1b", "value": "B"},
        {"op": "add", "path": "/models/x~1y", "value": "X"},
    ]


def test_a_map_that_is_gone_loses_every_key() -> None:
    assert patch({"models": {"a/b": "A"}}, {}, FIELDS) == [{"op": "remove", "path": "/models/a~1b"}]


def test_items_are_added_and_removed_by_value() -> None:
    assert patch({"media": ["a/b", "c"]}, {"media": ["c", "d/e"]}, FIELDS) == [
        {"op": "remove", "path": "/media/a~1b"},
        {"op": "add", "path": "/media/d~1e"},
    ]


def test_objects_are_patched_inside_and_removed_as_a_whole() -> None:
    full = {"log": {"arn": "x", "format": "f"}}
    assert patch(full, {"log": {"arn": "y", "format": "f"}}, FIELDS) == [
        {"op": "replace", "path": "/accessLog/destinationArn", "value": "y"}
    ]
    assert patch(full, {}, FIELDS) == [{"op": "remove", "path": "/accessLog"}]


def test_a_list_of_one_is_replaced_in_its_place_even_as_a_plain_value() -> None:
    assert patch({"types": ["EDGE"]}, {"types": "REGIONAL"}, FIELDS) == [
        {"op": "replace", "path": "/types/0", "value": "REGIONAL"}
    ]
