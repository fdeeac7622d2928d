"""A REST API: validated routes, one deployment of them, and a stage that is traced, logged and throttled."""

import hashlib
import json
from dataclasses import asdict
from pathlib import Path

import pulumi
import pulumi_aws as aws

from shared.checkout import SERVICES
from shared.components.api_route import ApiFrame, ApiRoute
from shared.model import Api
from shared.scope import Scope
from shared.stage import STAGE
from shared.systems import folder_name

# What clients get where API Gateway itself answers: the message, and for a refused request what is wrong with it.
MESSAGE = '{"message":$context.error.messageString}'
REFUSAL = '{"message":$context.error.messageString,"detail":"$context.error.validationErrorString"}'
GATEWAY_RESPONSES = {
    "BAD_REQUEST_BODY": REFUSAL,
    "BAD_REQUEST_PARAMETERS": REFUSAL,
    "DEFAULT_4XX": MESSAGE,
    "DEFAULT_5XX": MESSAGE,
}

ACCESS_LOG_FORMAT = json.dumps(
    {
        "requestId": "$context.requestId",
        "time": "$context.requestTime",
        "method": "$context.httpMethod",
        "path": "$context.resourcePath",
        "status": "$context.status",
        "latency": "$context.responseLatency",
        "sourceIp": "$context.identity.sourceIp",
        "userAgent": "$context.identity.userAgent",
        "traceId": "$context.xrayTraceId",
        "error": "$context.error.responseType",
    }
)


class RestApi(pulumi.ComponentResource):
    """A regional REST API with its stage; `outputs` are the API's id and the stage's URL."""

    outputs: dict[str, pulumi.Output[str]]

    def __init__(self, scope: Scope, api: Api) -> None:
        super().__init__(scope.component_type("RestApi"), api.name)
        self._scope = scope
        self._api = api
        self._child = pulumi.ResourceOptions(parent=self)
        self._rest_api = aws.apigateway.RestApi(
            api.name,
            name=scope.naming.name(api),
            description=f"{api.name} of {scope.system.name}",
            endpoint_configuration={"types": "REGIONAL"},
            tags=scope.tags,
            opts=self._child,
        )
        validator = self._validator()
        schemas = {route: self._schema(route.body) for route in api.routes}
        resources = self._resources()
        ids = {path: resource.id for path, resource in resources.items()}
        frame = ApiFrame(api.name, self._rest_api, validator, ids)
        routes = [ApiRoute(scope, route, schema, frame) for route, schema in schemas.items()]
        answers = [self._gateway_response(kind, template) for kind, template in GATEWAY_RESPONSES.items()]
        stage = self._stage(self._deployment(list(schemas.values()), [*resources.values(), *routes, *answers]))
        self._method_settings(stage)
        self.outputs = {"id": self._rest_api.id, "url": stage.invoke_url}
        self.register_outputs(self.outputs)

    def _resources(self) -> dict[str, aws.apigateway.Resource]:
        """By path: one resource for each path and each beginning of one, which routes share."""
        resources: dict[str, aws.apigateway.Resource] = {}
        for route in self._api.routes:
            parts = route.path.strip("/").split("/")
            for depth, part in enumerate(parts, start=1):
                path, parent = (f"/{'/'.join(parts[:end])}".rstrip("/") for end in (depth, depth - 1))
                if path not in resources:
                    above = resources.get(parent)
                    resources[path] = aws.apigateway.Resource(
                        f"{self._api.name}{path.replace('/', '-')}",
                        rest_api=self._rest_api.id,
                        parent_id=above.id if above else self._rest_api.root_resource_id,
                        path_part=part,
                        opts=self._child,
                    )
        return resources

    def _schema(self, path: str) -> str:
        file: Path = SERVICES / folder_name(self._scope.system.name) / path
        if not file.is_file():
            raise pulumi.RunError(f"api '{self._api.name}': there is no schema {path} in the folder of its system")
        return file.read_text()

    def _validator(self) -> aws.apigateway.RequestValidator:
        return aws.apigateway.RequestValidator(
            self._api.name,
            name=self._scope.naming.suffixed(f"{self._api.name}-body-and-parameters"),
            rest_api=self._rest_api.id,
            validate_request_body=True,
            validate_request_parameters=True,
            opts=self._child,
        )

    def _gateway_response(self, kind: str, template: str) -> aws.apigateway.Response:
        return aws.apigateway.Response(
            f"{self._api.name}-{kind.lower().replace('_', '-')}",
            rest_api_id=self._rest_api.id,
            response_type=kind,
            response_templates={"application/json": template},
            opts=self._child,
        )

    def _deployment(self, schemas: list[str], depends_on: list[pulumi.Resource]) -> aws.apigateway.Deployment:
        # A deployment is a snapshot: whatever shapes the API must make a new one. This code shapes it, too.
        shape = [asdict(self._api), schemas, GATEWAY_RESPONSES, _source()]
        digest = hashlib.sha256(json.dumps(shape, sort_keys=True, default=str).encode()).hexdigest()
        return aws.apigateway.Deployment(
            self._api.name,
            rest_api=self._rest_api.id,
            triggers={"shape": digest},
            opts=pulumi.ResourceOptions(parent=self, depends_on=depends_on),
        )

    def _stage(self, deployment: aws.apigateway.Deployment) -> aws.apigateway.Stage:
        access_log = aws.cloudwatch.LogGroup(
            f"{self._api.name}-access",
            name=self._scope.naming.access_log_group(self._api),
            retention_in_days=self._scope.system.log_retention_days,
            tags=self._scope.tags,
            opts=self._child,
        )
        # API Gateway writes execution errors to a group of this name, and makes one kept for ever where it finds none.
        execution_log = aws.cloudwatch.LogGroup(
            f"{self._api.name}-execution",
            name=self._rest_api.id.apply(lambda id_: f"API-Gateway-Execution-Logs_{id_}/{STAGE}"),
            retention_in_days=self._scope.system.log_retention_days,
            tags=self._scope.tags,
            opts=self._child,
        )
        return aws.apigateway.Stage(
            self._api.name,
            rest_api=self._rest_api.id,
            deployment=deployment.id,
            stage_name=STAGE,
            xray_tracing_enabled=True,
            access_log_settings={"destination_arn": access_log.arn, "format": ACCESS_LOG_FORMAT},
            tags=self._scope.tags,
            opts=pulumi.ResourceOptions(parent=self, depends_on=[execution_log]),
        )

    def _method_settings(self, stage: aws.apigateway.Stage) -> None:
        aws.apigateway.MethodSettings(
            self._api.name,
            rest_api=self._rest_api.id,
            stage_name=stage.stage_name,
            method_path="*/*",
            settings={
                "metrics_enabled": True,
                "logging_level": "ERROR",
                "data_trace_enabled": False,
                "throttling_rate_limit": self._api.throttle.rate,
                "throttling_burst_limit": self._api.throttle.burst,
            },
            opts=self._child,
        )


def _source() -> str:
    here = Path(__file__)
    parts = ("api_route.py", "asynchronous_integration.py", "integration_timeout.py")
    return here.read_text() + "".join(here.with_name(part).read_text() for part in parts)
