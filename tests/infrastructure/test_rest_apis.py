"""REST APIs."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from shared.checkout import SERVICES
from shared.model import Api, System
from shared.systems import folder_name
from tests.infrastructure.engine import SYSTEMS, Environment, Registered


def apis(environment: Environment) -> Iterator[tuple[System, Api, Registered]]:
    for system in SYSTEMS:
        for api in system.apis:
            yield system, api, environment.the("apigateway/restApi:RestApi", f"{api.name}-{environment.suffix}")


def parts(environment: Environment, type_: str, rest_api: Registered) -> list[Registered]:
    """What belongs to the API, of one type."""
    of = environment.of(f"apigateway/{type_}")
    return [one for one in of if rest_api.outputs["id"] in (one.inputs.get("restApi"), one.inputs.get("restApiId"))]


SIGNATURE = ("method.request.header.X-Webhook-Signature", "method.request.header.X-Webhook-Timestamp")


@pytest.mark.requirement("ALL-7")
def test_every_method_validates_body_and_parameters_of_every_content_type(environment: Environment) -> None:
    for _, api, made in apis(environment):
        (validator,) = parts(environment, "requestValidator:RequestValidator", made)
        assert validator.inputs["validateRequestBody"] is True
        assert validator.inputs["validateRequestParameters"] is True
        models = {model.inputs["name"] for model in parts(environment, "model:Model", made)}
        methods = parts(environment, "method:Method", made)
        assert sorted(method.inputs["httpMethod"] for method in methods) == sorted(r.method for r in api.routes)
        for method in methods:
            assert method.inputs["requestValidatorId"] == validator.outputs["id"]
            assert set(method.inputs["requestModels"]) == {"application/json", "$default"}
            assert set(method.inputs["requestModels"].values()) <= models


@pytest.mark.requirement("ALL-7")
def test_every_model_is_the_schema_that_the_system_publishes(environment: Environment) -> None:
    for system, api, made in apis(environment):
        folder = SERVICES / folder_name(system.name)
        published = sorted((folder / route.body).read_text() for route in api.routes)
        models = parts(environment, "model:Model", made)
        assert sorted(model.inputs["schema"] for model in models) == published
        for model in models:
            assert json.loads(model.inputs["schema"])["$schema"].startswith("http://json-schema.org/draft-04/")
            assert model.inputs["contentType"] == "application/json"
            assert model.inputs["name"].isalnum()


@pytest.mark.requirement("ALL-7")
def test_every_header_that_a_route_requires_is_asked_for_and_its_signature_declared(environment: Environment) -> None:
    for _, api, made in apis(environment):
        asked = [one.inputs.get("requestParameters", {}) for one in parts(environment, "method:Method", made)]
        expected = [dict.fromkeys(SIGNATURE if route.signed else (), False) for route in api.routes]
        for headers, route in zip(expected, api.routes, strict=True):
            headers.update({f"method.request.header.{header}": True for header in route.required_headers})
        assert asked == expected


@pytest.mark.requirement("ALL-7")
def test_every_api_is_throttled_as_described_and_logs_errors_without_bodies(environment: Environment) -> None:
    for _, api, made in apis(environment):
        (settings,) = parts(environment, "methodSettings:MethodSettings", made)
        assert settings.inputs["methodPath"] == "*/*"
        assert settings.inputs["stageName"] == "v1"
        assert settings.inputs["settings"] == {
            "throttlingRateLimit": api.throttle.rate,
            "throttlingBurstLimit": api.throttle.burst,
            "metricsEnabled": True,
            "loggingLevel": "ERROR",
            "dataTraceEnabled": False,
        }


@pytest.mark.requirement("ALL-7")
def test_every_stage_is_traced_and_logs_accesses_as_json_into_a_group_of_ours(environment: Environment) -> None:
    groups = {group.outputs["arn"]: group for group in environment.of("cloudwatch/logGroup:LogGroup")}
    for _, _, made in apis(environment):
        (stage,) = parts(environment, "stage:Stage", made)
        log = stage.inputs["accessLogSettings"]
        assert stage.inputs["xrayTracingEnabled"] is True
        assert groups[log["destinationArn"]].inputs["name"] == f"/aws/apigateway/{made.inputs['name']}"
        assert json.loads(log["format"])["requestId"] == "$context.requestId"


@pytest.mark.requirement("ALL-7")
def test_every_stage_waits_for_the_group_of_its_execution_errors(environment: Environment) -> None:
    groups = {group.inputs["name"]: group.urn for group in environment.of("cloudwatch/logGroup:LogGroup")}
    for _, _, made in apis(environment):
        (stage,) = parts(environment, "stage:Stage", made)
        assert groups[f"API-Gateway-Execution-Logs_{made.outputs['id']}/v1"] in stage.dependencies


@pytest.mark.requirement("ALL-7")
def test_a_refused_body_or_parameter_is_answered_with_what_is_wrong_with_it(environment: Environment) -> None:
    for _, _, made in apis(environment):
        answers = {one.inputs["responseType"]: one.inputs for one in parts(environment, "response:Response", made)}
        for kind in ("BAD_REQUEST_BODY", "BAD_REQUEST_PARAMETERS"):
            template = answers[kind]["responseTemplates"]["application/json"]
            assert "$context.error.validationErrorString" in template
            assert "statusCode" not in answers[kind]
        assert {"DEFAULT_4XX", "DEFAULT_5XX"} <= set(answers)


@pytest.mark.requirement("ALL-7")
def test_a_deployment_waits_for_every_part_that_it_takes_a_snapshot_of(environment: Environment) -> None:
    types = ("method:Method", "integration:Integration", "model:Model", "response:Response", "resource:Resource")
    for _, _, made in apis(environment):
        (deployment,) = parts(environment, "deployment:Deployment", made)
        snapshot = {part.urn for type_ in types for part in parts(environment, type_, made)}
        assert snapshot <= deployment.dependencies


def test_every_route_invokes_its_function_which_permits_that_route_alone(environment: Environment) -> None:
    for _, api, made in apis(environment):
        uris = {one.inputs["uri"] for one in parts(environment, "integration:Integration", made)}
        permissions = [one.inputs for one in environment.of("lambda/permission:Permission")]
        for route in api.routes:
            function = environment.the("lambda/function:Function", f"{route.invokes.name}-{environment.suffix}")
            assert function.outputs["invokeArn"] in uris
            source = f"{made.outputs['id']}/v1/{route.method}{route.path}"
            (permission,) = (one for one in permissions if one["sourceArn"].endswith(f":{source}"))
            assert permission["function"] == function.inputs["name"]
            assert permission["principal"] == "apigateway.amazonaws.com"


def test_every_integration_waits_as_long_as_the_gateway_does_and_is_a_proxy_unless_its_route_is_asynchronous(
    environment: Environment,
) -> None:
    asynchronous = {
        f"{api.name}-{route.slug}" for _, api, _ in apis(environment) for route in api.routes if route.asynchronous
    }
    for integration in environment.of("apigateway/integration:Integration"):
        assert integration.inputs["type"] == ("AWS" if integration.name in asynchronous else "AWS_PROXY")
        assert integration.inputs["integrationHttpMethod"] == "POST"
        assert integration.inputs["timeoutMilliseconds"] == 29_000


def test_every_route_has_its_path(environment: Environment) -> None:
    for _, api, made in apis(environment):
        resources = {one.outputs["id"]: one.inputs for one in parts(environment, "resource:Resource", made)}

        def path(id_: str, known: Mapping[str, Mapping[str, Any]] = resources) -> str:
            return f"{path(known[id_]['parentId'])}/{known[id_]['pathPart']}" if id_ in known else ""

        paths = [path(method.inputs["resourceId"]) for method in parts(environment, "method:Method", made)]
        assert sorted(paths) == sorted(route.path for route in api.routes)
