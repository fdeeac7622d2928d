"""The Lambda proxy integration of a REST API: the event a function gets, and what its failures become.

AWS documentation, API Gateway developer guide: "Lambda proxy integrations in API Gateway" (input and output formats;
a function error or a malformed output is a 502), "Gateway response types" (INTEGRATION_TIMEOUT is a 504 with "Endpoint
request timed out", API_CONFIGURATION_ERROR a 500), "Amazon API Gateway important notes" (header names), "Control access
to a REST API with ... Lambda permissions" (without a permission for the API the call is a 500).

MiniStack gives header names in lower case, no trace header, an event key `version` that REST APIs do not have, request
ids that do not match the answer's; it shows the client a function's error, answers 200 to a malformed output, waits for
ever, and calls functions that gave the API no permission. A release that does these as AWS makes this unnecessary.
Not supplied: header names as the client wrote them (they are given in the usual capitals).
"""

import asyncio
import base64
import os
import time
from contextvars import ContextVar
from typing import Any

from local.emulator.gaps.permissions import execution_arn, permits
from local.emulator.gaps.settings import GapSettings
from local.emulator.ministack import load
from local.emulator.pinned import Wrapped

WRAPPED = (
    Wrapped("app", "app", "ab1297bd6cd59811"),
    Wrapped("services.apigateway_v1", "_build_lambda_event_v1", "c7ac97b91f6ee999"),
    Wrapped("services.apigateway_v1", "_call_lambda_raw", "a2df5d6c5b304e00"),
    Wrapped("services.apigateway_v1", "_execute_in_scope", "2ae72b7d5eb64690"),
    Wrapped("services.apigateway_v1", "_handle_execute_in_scope", "60ed5805557fdae6"),
    Wrapped("services.apigateway_v1", "_invoke_lambda_proxy_v1", "5651a96fa7ba1ad6"),
    Wrapped("services.apigateway_v1", "_lambda_proxy_response", "3a5b91b76870782b"),
)
LONGEST_S = 29.0
FAILED = {"statusCode": 500, "body": '{"message": "Internal server error"}'}
IDENTITY = (
    "accessKey", "accountId", "caller", "cognitoAuthenticationProvider", "cognitoAuthenticationType",
    "cognitoIdentityId", "cognitoIdentityPoolId", "principalOrgId", "sourceIp", "user", "userAgent", "userArn",
)  # fmt: skip

_fields: ContextVar[dict[str, list[str]]] = ContextVar("fields")
_request: ContextVar[dict[str, Any]] = ContextVar("request")


def close(_: GapSettings) -> None:
    """Wrap the steps of a request from its arrival to its answer."""
    _keep_repeated_headers(load("app"))
    api = load("services.apigateway_v1")
    _number_requests(api)
    _complete_events(api)
    _judge_outputs(api)


def _keep_repeated_headers(app: Any) -> None:
    serve = app.app

    async def noted(scope: dict[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            fields: dict[str, list[str]] = {}
            for name, value in scope["headers"]:
                fields.setdefault(_capitals(name.decode("latin-1")), []).append(value.decode("latin-1"))
            _fields.set(fields)
        await serve(scope, receive, send)

    app.app = noted


def _number_requests(api: Any) -> None:
    execute, invoke = api._execute_in_scope, api._invoke_lambda_proxy_v1

    async def executed(request: dict[str, Any], *arguments: Any) -> Any:
        request["extended_id"] = base64.b64encode(os.urandom(11)).decode()
        request["trace"] = _trace_header()
        _request.set(request)
        answer = await execute(request, *arguments)
        if isinstance(answer, tuple):
            status, headers, body = answer
            ids = {"x-amzn-RequestId": request["request_id"], "x-amz-apigw-id": request["extended_id"]}
            answer = (status, {**headers, **ids, "X-Amzn-Trace-Id": request["trace"]}, body)
        return answer

    async def invoked(integration: dict[str, Any], *arguments: Any, **settings: Any) -> Any:
        limit_s = float(integration.get("timeoutInMillis") or LONGEST_S * 1000) / 1000
        try:
            return await asyncio.wait_for(invoke(integration, *arguments, **settings), limit_s)
        except TimeoutError:
            return api._gw_error("INTEGRATION_TIMEOUT", "Endpoint request timed out")

    api._execute_in_scope, api._invoke_lambda_proxy_v1 = executed, invoked


def _complete_events(api: Any) -> None:
    build = api._build_lambda_event_v1

    def built(api_id: str, stage_name: str, stage: dict[str, Any], *arguments: Any, **settings: Any) -> dict[str, Any]:
        event = build(api_id, stage_name, stage, *arguments, **settings)
        event.pop("version")
        request, context = _request.get(), event["requestContext"]
        domain = f"{api_id}.execute-api.{api.get_region()}.amazonaws.com"
        added = {
            "Host": domain,
            "X-Amzn-Trace-Id": request["trace"],
            "X-Forwarded-Port": "443",
            "X-Forwarded-Proto": "https",
        }
        fields = {"X-Forwarded-For": [context["identity"]["sourceIp"]]} | _fields.get()
        fields |= {name: [value] for name, value in added.items()}
        event["multiValueHeaders"] = fields
        event["headers"] = {name: values[-1] for name, values in fields.items()}
        context |= {
            "requestId": request["request_id"],
            "extendedRequestId": request["extended_id"],
            "deploymentId": stage.get("deploymentId"),
            "domainName": domain,
            "domainPrefix": api_id,
        }
        context["identity"] = dict.fromkeys(IDENTITY) | context["identity"]
        return event

    api._build_lambda_event_v1 = built


def _judge_outputs(api: Any) -> None:
    call, shape = api._call_lambda_raw, api._lambda_proxy_response

    async def called(function: str, event: dict[str, Any], *, account_id: str, region: str) -> tuple[Any, str | None]:
        service = load("services.lambda_svc")
        record, _, _ = service._get_func_record_for_ref_in_scope(function, account_id=account_id, region=region)
        context = event.get("requestContext", {})
        method = f"{context.get('httpMethod')}{context.get('resourcePath')}"
        called_by = {"api": str(context.get("apiId")), "stage": str(context.get("stage"))}
        source = execution_arn(region, account_id, **called_by, method=method)
        if record is not None and not permits(record, "apigateway.amazonaws.com", source):
            return None, "the function's resource policy does not let the API call it"
        return await call(function, event, account_id=account_id, region=region)

    def shaped(result: dict[str, Any]) -> tuple[dict[str, Any] | None, str | None]:
        if result.get("throttle"):
            return FAILED, None
        if result.get("error") or not _well_formed(result.get("body")):
            return None, "Internal server error"
        return shape(result)

    api._call_lambda_raw, api._lambda_proxy_response = called, shaped


def _well_formed(output: Any) -> bool:
    return (
        isinstance(output, dict)
        and str(output.get("statusCode", "")).isdigit()
        and isinstance(output.get("body"), str | None)
        and isinstance(output.get("headers"), dict | None)
    )


def _trace_header() -> str:
    """The client's own root, or a new one."""
    given = _fields.get().get("X-Amzn-Trace-Id")
    return given[-1] if given else f"Root=1-{int(time.time()):08x}-{os.urandom(12).hex()}"


def _capitals(name: str) -> str:
    return "-".join(part.capitalize() for part in name.split("-"))
