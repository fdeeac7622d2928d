"""An integration that answers at once and has Lambda run the function when it can."""

import pulumi
import pulumi_aws as aws

from shared.components.integration_timeout import INTEGRATION_TIMEOUT
from shared.scope import Scope

ACCEPTED = "202"
JSON = "application/json"

# The headers that a signed webhook's receiver looks at.
HEADERS = ("X-Webhook-Timestamp", "X-Webhook-Signature", "X-Correlation-Id")


def _header(name: str) -> str:
    """Its value under either name: here they are case-sensitive, and HTTP/2 writes small letters alone."""
    values = (f"$!util.escapeJavaScript($input.params().header.get('{found}'))" for found in (name, name.lower()))
    return f'"{name}":"{"".join(values)}"'


# In base64, so that the function gets the very bytes that were signed.
REQUEST = (
    '{"body":"$util.base64Encode($input.body)","isBase64Encoded":true,"headers":{'
    + ",".join(_header(name) for name in HEADERS)
    + '},"requestContext":{"requestId":"$context.requestId","requestTimeEpoch":$context.requestTimeEpoch}}'
)
RESPONSE = '{"message":"accepted","request_id":"$context.requestId"}'


class AsynchronousIntegration(pulumi.ComponentResource):
    """The integration of a method that maps request and answer, since a proxy would wait."""

    def __init__(
        self,
        name: str,
        scope: Scope,
        method: aws.apigateway.Method,
        invoke_arn: pulumi.Output[str],
        *,
        parent: pulumi.Resource,
    ) -> None:
        super().__init__(
            scope.component_type("AsynchronousIntegration"), name, opts=pulumi.ResourceOptions(parent=parent)
        )
        child = pulumi.ResourceOptions(parent=self)
        integration = aws.apigateway.Integration(
            name,
            rest_api=method.rest_api,
            resource_id=method.resource_id,
            http_method=method.http_method,
            type="AWS",
            integration_http_method="POST",
            uri=invoke_arn,
            request_parameters={"integration.request.header.X-Amz-Invocation-Type": "'Event'"},
            request_templates={JSON: REQUEST},
            # Any other content type is refused with 415, for no template would carry it.
            passthrough_behavior="NEVER",
            timeout_milliseconds=INTEGRATION_TIMEOUT,
            opts=child,
        )
        response = aws.apigateway.MethodResponse(
            name,
            rest_api=method.rest_api,
            resource_id=method.resource_id,
            http_method=method.http_method,
            status_code=ACCEPTED,
            response_models={JSON: "Empty"},
            opts=child,
        )
        aws.apigateway.IntegrationResponse(
            name,
            rest_api=method.rest_api,
            resource_id=method.resource_id,
            http_method=method.http_method,
            status_code=response.status_code,
            response_templates={JSON: RESPONSE},
            opts=pulumi.ResourceOptions(parent=self, depends_on=[integration]),
        )
        self.register_outputs({})
