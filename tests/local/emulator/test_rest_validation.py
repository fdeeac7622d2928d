"""Gap: a REST API validates by content type and names what is wrong."""

import json
from typing import Any

import pytest

from tests.local.emulator.cloud import Cloud
from tests.local.emulator.rest_api import ECHO, RestApi

EVENT = {
    "$schema": "http://json-schema.org/draft-04/schema#",
    "type": "object",
    "required": ["event_id", "transaction_type", "amount"],
    "properties": {
        "event_id": {"type": "string", "minLength": 1, "maxLength": 5},
        "transaction_type": {"enum": ["payment", "refund"]},
        "amount": {"type": "string", "pattern": "^[0-9]+$"},
        "count": {"type": "number", "minimum": 1},
    },
}
GOOD = {"event_id": "e1", "transaction_type": "payment", "amount": "12"}
TEMPLATE = '{"message": $context.error.messageString, "error": "$context.error.validationErrorString"}'


def _api(cloud: Cloud, models: dict[str, Any]) -> RestApi:
    api = RestApi(cloud, cloud.function(ECHO), models=models)
    api.gateway.put_gateway_response(
        restApiId=api.id,
        responseType="BAD_REQUEST_BODY",
        statusCode="400",
        responseTemplates={"application/json": TEMPLATE},
    )
    api.deploy()
    return api


@pytest.fixture(scope="module")
def api(cloud: Cloud) -> RestApi:
    return _api(cloud, {"application/json": EVENT, "$default": EVENT})


def test_a_good_body_reaches_the_function(api: RestApi) -> None:
    assert api.post(GOOD).status == 200


def test_a_missing_field_is_named(api: RestApi, plain_cloud: Cloud) -> None:
    bad = {"amount": "12"}
    answer = api.post(bad)
    assert answer.status == 400
    assert answer.json == {
        "message": "Invalid request body",
        "error": 'object has missing required properties (["event_id","transaction_type"])'.join("[]"),
    }
    assert "event_id" not in _api(plain_cloud, {"application/json": EVENT}).post(bad).text


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"event_id": 7}, 'instance type (integer) does not match any allowed primitive type (allowed: ["string"])'),
        ({"event_id": ""}, 'string "" is too short (length: 0, required minimum: 1)'),
        ({"event_id": "toolong"}, 'string "toolong" is too long (length: 7, maximum allowed: 5)'),
        (
            {"transaction_type": "gift"},
            'instance value ("gift") not found in enum (possible values: ["payment","refund"])',
        ),
        ({"amount": "1.2"}, 'ECMA 262 regex "^[0-9]+$" does not match input string "1.2"'),
        ({"count": 0}, "numeric instance is lower than the required minimum (minimum: 1, found: 0)"),
        (
            {"count": "1"},
            'instance type (string) does not match any allowed primitive type (allowed: ["integer","number"])',
        ),
    ],
)
def test_a_wrong_value_is_refused_with_its_reason(api: RestApi, change: dict[str, Any], message: str) -> None:
    answer = api.post(GOOD | change)
    assert (answer.status, answer.json["error"]) == (400, f"[{message}]")


def test_half_a_surrogate_pair_is_refused_as_any_wrong_value(api: RestApi) -> None:
    answer = api.post(json.dumps(GOOD | {"transaction_type": "\ud800"}).encode())
    assert answer.status == 400
    assert 'instance value ("?") not found in enum' in answer.json["error"]


def test_a_body_that_is_no_json_is_refused(api: RestApi) -> None:
    assert api.post(b"{").json["error"] == "[Unknown error parsing request body]"
    assert api.post(b"").status == 400
    assert api.post(b"[" * 20_000 + b"]" * 20_000).json["error"] == "[Unknown error parsing request body]"


def test_the_default_model_covers_content_types_without_a_model(api: RestApi, cloud: Cloud, plain_cloud: Cloud) -> None:
    assert api.post({}, content_type="text/plain").status == 400
    only_default = {"$default": EVENT}
    assert _api(cloud, only_default).post({}, content_type="text/plain").status == 400
    assert _api(plain_cloud, only_default).post({}, content_type="text/plain").status == 200


def test_a_content_type_without_any_model_is_not_validated(cloud: Cloud, plain_cloud: Cloud) -> None:
    only_json = {"application/json": EVENT}
    assert _api(cloud, only_json).post({}, content_type="text/plain").status == 200
    assert _api(plain_cloud, only_json).post({}, content_type="text/plain").status == 400


def test_a_parameter_of_the_content_type_does_not_evade_its_model(cloud: Cloud) -> None:
    only_json = _api(cloud, {"application/json": EVENT})
    assert only_json.post({}, content_type="application/json; charset=utf-8").status == 400


def test_a_payload_above_10_megabytes_is_413(api: RestApi) -> None:
    answer = api.post(b'"' + b"x" * 10 * 1024 * 1024 + b'"')
    assert answer.status == 413
    assert answer.json["message"] == "HTTP content length exceeded 10485760 bytes."


def test_an_unknown_path_is_403(api: RestApi) -> None:
    answer = api.post(GOOD, path="/elsewhere")
    assert (answer.status, answer.json) == (403, {"message": "Missing Authentication Token"})
