"""Gap: the Lambda proxy integration's event and its errors are AWS's."""

from typing import Any

import pytest

from tests.local.emulator.cloud import Cloud
from tests.local.emulator.rest_api import ECHO, Answer, RestApi

RAISES = "def handler(event, context): raise ValueError('secret detail')"


def _event(cloud: Cloud, body: Any = None, **headers: str) -> tuple[dict[str, Any], Answer]:
    answer = RestApi(cloud, cloud.function(ECHO)).post(body, **headers)
    return answer.json, answer


def test_header_names_have_capitals_and_values_are_kept(cloud: Cloud, plain_cloud: Cloud) -> None:
    event, _ = _event(cloud, x_webhook_signature="v1=a, v1=b")
    assert event["headers"]["X-Webhook-Signature"] == "v1=a, v1=b"
    assert event["multiValueHeaders"]["Content-Type"] == ["application/json"]
    assert event["headers"]["Host"].endswith(".execute-api.us-east-1.amazonaws.com")
    assert event["headers"]["X-Forwarded-For"] == "127.0.0.1"
    assert "X-Webhook-Signature" not in _event(plain_cloud, x_webhook_signature="v1=a")[0]["headers"]


def test_the_event_is_of_the_rest_format(cloud: Cloud, plain_cloud: Cloud) -> None:
    event, _ = _event(cloud)
    assert "version" not in event
    assert "version" in _event(plain_cloud)[0]
    assert set(event) == {
        "body", "headers", "httpMethod", "isBase64Encoded", "multiValueHeaders", "multiValueQueryStringParameters",
        "path", "pathParameters", "queryStringParameters", "requestContext", "resource", "stageVariables",
    }  # fmt: skip
    assert {"domainName", "domainPrefix", "deploymentId", "extendedRequestId", "identity"} < set(
        event["requestContext"]
    )


def test_request_ids_and_trace_are_those_of_the_answer(cloud: Cloud, plain_cloud: Cloud) -> None:
    event, answer = _event(cloud)
    assert answer.headers["x-amzn-RequestId"] == event["requestContext"]["requestId"]
    assert answer.headers["x-amz-apigw-id"] == event["requestContext"]["extendedRequestId"]
    assert event["headers"]["X-Amzn-Trace-Id"].startswith("Root=1-")
    plain, plain_answer = _event(plain_cloud)
    assert plain_answer.headers.get("x-amzn-RequestId") != plain["requestContext"]["requestId"]


def test_a_clients_trace_header_is_passed_on(cloud: Cloud) -> None:
    trace = "Root=1-5759e988-bd862e3fe1be46a994272793"
    assert _event(cloud, x_amzn_trace_id=trace)[0]["headers"]["X-Amzn-Trace-Id"] == trace


def test_an_empty_body_is_null_and_any_other_is_passed_to_the_byte(cloud: Cloud) -> None:
    api = RestApi(cloud, cloud.function(ECHO))
    assert api.post(b"").json["body"] is None
    raw = '{ "amount" : 1.10,\n "name":"é" }'
    event = api.post(raw.encode()).json
    assert (event["body"], event["isBase64Encoded"]) == (raw, False)


def test_a_functions_error_is_a_502_without_its_details(cloud: Cloud, plain_cloud: Cloud) -> None:
    answer = RestApi(cloud, cloud.function(RAISES)).post({})
    assert (answer.status, answer.json) == (502, {"message": "Internal server error"})
    assert "secret detail" in RestApi(plain_cloud, plain_cloud.function(RAISES)).post({}).text


@pytest.mark.parametrize("output", ["None", "'text'", "{'body': 'no status'}", "{'statusCode': 200, 'body': {}}"])
def test_a_malformed_output_is_a_502(cloud: Cloud, plain_cloud: Cloud, output: str) -> None:
    code = f"def handler(event, context): return {output}"
    answer = RestApi(cloud, cloud.function(code)).post({})
    assert (answer.status, answer.json) == (502, {"message": "Internal server error"})
    assert RestApi(plain_cloud, plain_cloud.function(code)).post({}).status == 200


def test_a_throttled_function_is_a_500(cloud: Cloud) -> None:
    function = cloud.function(ECHO)
    cloud.client("lambda").put_function_concurrency(FunctionName=function, ReservedConcurrentExecutions=0)
    assert RestApi(cloud, function).post({}).status == 500


def test_a_function_that_gave_no_permission_is_a_500(cloud: Cloud, plain_cloud: Cloud) -> None:
    answer = RestApi(cloud, cloud.function(ECHO), permitted=False).post({})
    assert (answer.status, answer.json) == (500, {"message": "Internal server error"})
    assert RestApi(plain_cloud, plain_cloud.function(ECHO), permitted=False).post({}).status == 200


def test_an_integration_that_takes_too_long_is_a_504(cloud: Cloud) -> None:
    function = cloud.function("import time\ndef handler(event, context): time.sleep(2)", Timeout=5)
    api = RestApi(cloud, function)
    operation = {"op": "replace", "path": "/timeoutInMillis", "value": "500"}
    api.gateway.update_integration(**api.where, patchOperations=[operation])
    api.deploy()
    answer = api.post({})
    assert (answer.status, answer.json) == (504, {"message": "Endpoint request timed out"})
