"""Gap: API Gateway's patches keep keys, types and lists."""

from typing import Any

import pytest

from local.emulator.gaps.rest_api.patches import applied
from tests.local.emulator.cloud import Cloud


def _patched_method(cloud: Cloud) -> dict[str, Any]:
    gateway = cloud.client("apigateway")
    api = gateway.create_rest_api(name="patched")["id"]
    root = gateway.get_resources(restApiId=api)["items"][0]["id"]
    method = {"restApiId": api, "resourceId": root, "httpMethod": "POST"}
    gateway.put_method(**method, authorizationType="NONE", apiKeyRequired=False)
    operations = [
        {"op": "add", "path": "/requestModels/application~1json", "value": "Empty"},
        {"op": "replace", "path": "/apiKeyRequired", "value": "true"},
    ]
    gateway.update_method(**method, patchOperations=operations)
    return gateway.get_method(**method)


def test_a_patched_method_has_the_content_type_as_it_is_written(cloud: Cloud, plain_cloud: Cloud) -> None:
    assert _patched_method(cloud)["requestModels"] == {"application/json": "Empty"}
    assert _patched_method(plain_cloud)["requestModels"] != {"application/json": "Empty"}


def test_a_patched_flag_is_a_flag(cloud: Cloud) -> None:
    assert _patched_method(cloud)["apiKeyRequired"] is True


@pytest.mark.parametrize(
    ("document", "operation", "expected"),
    [
        ({"n": 1}, {"op": "replace", "path": "/n", "value": "2"}, {"n": 2}),
        ({"s": "a"}, {"op": "replace", "path": "/s", "value": "true"}, {"s": "true"}),
        ({"variables": {}}, {"op": "add", "path": "/variables/x", "value": "true"}, {"variables": {"x": "true"}}),
        ({"l": ["a"]}, {"op": "add", "path": "/l/b~1c"}, {"l": ["a", "b/c"]}),
        ({"l": ["a", "b"]}, {"op": "remove", "path": "/l/a"}, {"l": ["b"]}),
        ({"l": ["a"]}, {"op": "replace", "path": "/l/0", "value": "b"}, {"l": ["b"]}),
        ({"l": ["a"]}, {"op": "add", "path": "/l/a"}, {"l": ["a"]}),
        ({"l": ["a"]}, {"op": "replace", "path": "/l", "value": "b"}, {"l": ["b"]}),
        ({}, {"op": "add", "path": "/requestParameters/h", "value": "false"}, {"requestParameters": {"h": False}}),
        ({"a": {"b": "c"}}, {"op": "remove", "path": "/a/b"}, {"a": {}}),
        ({"a": "b"}, {"op": "replace", "path": "/", "value": "c"}, {"a": "b"}),
    ],
)
def test_an_operation_changes_just_what_it_names(
    document: dict[str, Any], operation: dict[str, str], expected: dict[str, Any]
) -> None:
    assert applied(document, [operation]) == expected
