"""One route of a REST API."""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from shared.components.asynchronous_integration import AsynchronousIntegration
from shared.components.integration_timeout import INTEGRATION_TIMEOUT
from shared.model import Route
from shared.scope import Scope
from shared.stage import STAGE

SIGNATURE = ("X-Webhook-Signature", "X-Webhook-Timestamp")


@dataclass(frozen=True, slots=True)
class ApiFrame:
    """The API that routes belong to, and the ids of its resources by path."""

    name: str
    rest_api: aws.apigateway.RestApi
    validator: aws.apigateway.RequestValidator
    resource_ids: Mapping[str, pulumi.Output[str]]


class ApiRoute(pulumi.ComponentResource):
    """A method that validates its body against a model before it invokes its function."""

    def __init__(self, scope: Scope, route: Route, schema: str, frame: ApiFrame) -> None:
        self._name = f"{frame.name}-{route.slug}"
        super().__init__(
            scope.component_type("ApiRoute"), self._name, opts=pulumi.ResourceOptions(parent=frame.rest_api)
        )
        self._child = pulumi.ResourceOptions(parent=self)
        self._rest_api = frame.rest_api
        model = aws.apigateway.Model(
            self._name,
            rest_api=self._rest_api.id,
            name="".join(word.capitalize() for word in route.slug.split("-")),
            content_type="application/json",
            schema=schema,
            opts=self._child,
        )
        resource_id = frame.resource_ids[route.path]
        method = aws.apigateway.Method(
            self._name,
            rest_api=self._rest_api.id,
            resource_id=resource_id,
            http_method=route.method,
            authorization=route.authorization.value,
            request_validator_id=frame.validator.id,
            # $default takes every other content type, so that none of them goes unvalidated.
            request_models={"application/json": model.name, "$default": model.name},
            request_parameters=_headers(route),
            opts=self._child,
        )
        self._integrate(scope, route, method, resource_id)
        self._permit(scope, route)
        self.register_outputs({})

    def _integrate(
        self, scope: Scope, route: Route, method: aws.apigateway.Method, resource_id: pulumi.Output[str]
    ) -> None:
        uri = scope.upstream(route.invokes, "invoke_arn")
        if route.asynchronous:
            AsynchronousIntegration(self._name, scope, method, uri, parent=self)
            return
        aws.apigateway.Integration(
            self._name,
            rest_api=self._rest_api.id,
            resource_id=resource_id,
            http_method=method.http_method,
            type="AWS_PROXY",
            integration_http_method="POST",
            uri=uri,
            timeout_milliseconds=INTEGRATION_TIMEOUT,
            opts=self._child,
        )

    def _permit(self, scope: Scope, route: Route) -> None:
        naming = scope.naming
        source = self._rest_api.id.apply(lambda id_: naming.execution_arn(id_, STAGE, route.method, route.path))
        aws.lambda_.Permission(
            self._name,
            statement_id=naming.suffixed(self._name),
            action="lambda:InvokeFunction",
            function=scope.upstream(route.invokes, "name"),
            principal="apigateway.amazonaws.com",
            source_arn=source,
            opts=self._child,
        )


def _headers(route: Route) -> dict[str, bool]:
    """What API Gateway is told of, and whether it must be there.

    A signature is declared even where its absence is for the function to answer: who reads the API, and a policy that
    asks how its callers are known, sees that it is checked.
    """
    declared = (*route.required_headers, *(SIGNATURE if route.signed else ()))
    return {f"method.request.header.{header}": header in route.required_headers for header in declared}
