"""REST APIs: every method validated whatever the content type, and a stage that is traced, throttled and logged."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from operations.validation.deployed import Deployed
from operations.validation.examination import Examined, elements, examine_each, shows
from operations.validation.finding import Fact, Finding, agrees, equals, holds
from shared.model import Api
from shared.stage import STAGE

CONTENT_TYPES = ("$default", "application/json")
# What an API would do with an unlimited method; a throttle is below it or at it.
ACCOUNT_RATE = 10_000


def examine(deployed: Deployed) -> Iterator[Finding]:
    """Findings on every API."""
    apis = elements(deployed, lambda system: system.apis, lambda _, api: deployed.naming.name(api))
    return examine_each(apis, (_validation, _routes, _tracing, _throttling, _access_log, _execution_log, _refusals))


def methods(api: Examined[Api]) -> dict[str, Mapping[str, Any]]:
    """The deployed API's methods by verb and path."""
    asked = {"restApiId": api.deployed.output(api.element, "id"), "embed": ["methods"], "limit": 500}
    resources = api.ask("apigateway", "get_resources", **asked)["items"]
    return {
        f"{verb} {resource['path']}": method
        for resource in resources
        for verb, method in resource.get("resourceMethods", {}).items()
    }


def model(api: Examined[Api], method: Mapping[str, Any], content_type: str) -> dict[str, Any]:
    """The JSON schema that the method checks bodies of a content type against; empty where it has none."""
    name = method.get("requestModels", {}).get(content_type)
    models = api.ask("apigateway", "get_models", restApiId=api.deployed.output(api.element, "id"), limit=500)["items"]
    return next((json.loads(found["schema"]) for found in models if found["name"] == name), {})


def stage(api: Examined[Api]) -> dict[str, Any]:
    """The API's one stage."""
    return api.ask("apigateway", "get_stage", restApiId=api.deployed.output(api.element, "id"), stageName=STAGE)


def method_settings(api: Examined[Api]) -> Mapping[str, Any]:
    """What the stage says of all methods."""
    return stage(api).get("methodSettings", {}).get("*/*", {})


@shows("ALL-7")
def _validation(api: Examined[Api]) -> Iterator[Fact]:
    id_ = api.deployed.output(api.element, "id")
    found = api.ask("apigateway", "get_request_validators", restApiId=id_, limit=500)["items"]
    whole = {one["id"] for one in found if one["validateRequestBody"] and one["validateRequestParameters"]}
    for name, method in methods(api).items():
        validates = method.get("requestValidatorId") in whole
        yield holds(f"{name} validates body and parameters", validates, validates, "yes")
        for content_type in CONTENT_TYPES:
            schema = model(api, method, content_type)
            # Where either of two fields will do, a least number of them is all that can be required.
            required = schema.get("required") or schema.get("minProperties")
            yield holds(f"{name} requires of {content_type}", bool(required), required, "fields by a JSON schema")


@shows("ALL-7")
def _routes(api: Examined[Api]) -> Iterator[Fact]:
    wanted = {f"{route.method} {route.path}": api.deployed.naming.arn(route.invokes) for route in api.element.routes}
    found = methods(api)
    yield equals("methods", sorted(found), sorted(wanted))
    for name in set(found) & set(wanted):
        leads = wanted[name] in found[name].get("methodIntegration", {}).get("uri", "")
        yield holds(f"{name} invokes its function", leads, leads, "yes")
    for route in api.element.routes:
        method = found.get(f"{route.method} {route.path}", {})
        yield equals(f"{route.path} lets in", method.get("authorizationType"), route.authorization.value)
        said = method.get("methodIntegration", {}).get("requestParameters", {})
        waits = said.get("integration.request.header.X-Amz-Invocation-Type") != "'Event'"
        yield equals(f"{route.path} waits", waits, not route.asynchronous)


@shows("ALL-7")
def _tracing(api: Examined[Api]) -> Iterator[Fact]:
    yield equals("tracing", stage(api).get("tracingEnabled", False), True)


@shows("ALL-7")
def _throttling(api: Examined[Api]) -> Iterator[Fact]:
    found = method_settings(api)
    rate, burst = found.get("throttlingRateLimit", 0), found.get("throttlingBurstLimit", 0)
    yield holds("requests a second", 0 < rate <= ACCOUNT_RATE, rate, f"1 to {ACCOUNT_RATE}")
    yield holds("burst", 0 < burst <= ACCOUNT_RATE, burst, f"1 to {ACCOUNT_RATE}")
    overridden = [path for path in stage(api).get("methodSettings", {}) if path != "*/*"]
    yield equals("methods with a throttle of their own", overridden, [])


@shows("ALL-7")
def _access_log(api: Examined[Api]) -> Iterator[Fact]:
    said = stage(api).get("accessLogSettings", {})
    try:
        is_json = isinstance(json.loads(said.get("format", "")), dict)
    except ValueError:
        is_json = False
    yield holds("JSON access log", is_json, is_json, "yes")
    group = said.get("destinationArn", "").partition(":log-group:")[2].removesuffix(":*")
    yield equals("access log", group, api.deployed.naming.access_log_group(api.element))
    yield from _kept(api, group)


@shows("ALL-7")
def _execution_log(api: Examined[Api]) -> Iterator[Fact]:
    found = method_settings(api)
    yield holds("execution log", found.get("loggingLevel") in ("ERROR", "INFO"), found.get("loggingLevel"), "ERROR")
    yield equals("bodies in the log", found.get("dataTraceEnabled", False), False)
    yield from _kept(api, f"API-Gateway-Execution-Logs_{api.deployed.output(api.element, 'id')}/{STAGE}")


@shows("ALL-7")
def _refusals(api: Examined[Api]) -> Iterator[Fact]:
    asked = {"restApiId": api.deployed.output(api.element, "id"), "responseType": "BAD_REQUEST_BODY"}
    templates = api.ask("apigateway", "get_gateway_response", **asked).get("responseTemplates", {})
    silent = [
        kind for kind, template in templates.items() if "$context.error.validationErrorString" not in template
    ] or ([] if templates else ["no template"])
    yield agrees("answer to a bad body", silent, "names what is wrong")


def _kept(api: Examined[Api], group: str) -> Iterator[Fact]:
    found = api.ask("logs", "describe_log_groups", logGroupNamePrefix=group)["logGroups"] if group else []
    retention = {one["logGroupName"]: one.get("retentionInDays") for one in found}.get(group)
    yield equals("log retention in days", retention, api.system.log_retention_days)
