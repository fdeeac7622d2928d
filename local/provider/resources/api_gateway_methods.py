"""API Gateway: methods, what they call, and how they answer."""

from typing import Any

from local.provider.patches import patching
from local.provider.resources.api_gateway import API
from local.provider.schema import Field, ResourceType

VERBS = ("ANY", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT")
RESOURCE = Field("resourceId", required=True, force_new=True, write_only=True)
VERB = Field("httpMethod", required=True, force_new=True, write_only=True, choices=VERBS)
STATUS = Field("statusCode", required=True, force_new=True)

METHOD_KEY = {"restApiId": "{restApi}", "resourceId": "{resourceId}", "httpMethod": "{httpMethod}"}
STATUS_KEY = {**METHOD_KEY, "statusCode": "{statusCode}"}
METHOD_IDENTITY = ("restApi", "resourceId", "httpMethod")
STATUS_IDENTITY = (*METHOD_IDENTITY, "statusCode")

METHOD_FIELDS = (
    API,
    RESOURCE,
    VERB,
    Field("authorization", member="authorizationType", required=True),
    Field("authorizerId"),
    Field("authorizationScopes"),
    Field("apiKeyRequired", default=False),
    Field("operationName"),
    Field("requestModels"),
    Field("requestParameters"),
    Field("requestValidatorId"),
)
INTEGRATION_FIELDS = (
    API,
    RESOURCE,
    VERB,
    Field("type", required=True, force_new=True),
    Field("uri"),
    Field("integrationHttpMethod", found="httpMethod", force_new=True, choices=VERBS),
    Field("connectionType", default="INTERNET"),
    Field("connectionId"),
    Field("credentials", force_new=True),
    Field("requestParameters"),
    Field("requestTemplates"),
    Field(
        "passthroughBehavior", force_new=True, computed=True, choices=("WHEN_NO_MATCH", "WHEN_NO_TEMPLATES", "NEVER")
    ),
    Field("cacheNamespace", computed=True),
    Field("cacheKeyParameters"),
    Field("contentHandling"),
    Field("timeoutMilliseconds", member="timeoutInMillis", limits=(50, 300000), default=29000),
)
METHOD_RESPONSE_FIELDS = (API, RESOURCE, VERB, STATUS, Field("responseModels"), Field("responseParameters"))
INTEGRATION_RESPONSE_FIELDS = (
    API,
    RESOURCE,
    VERB,
    STATUS,
    Field("selectionPattern"),
    Field("responseParameters"),
    Field("responseTemplates"),
    Field("contentHandling"),
)


def _check_integration(inputs: dict[str, Any]) -> list[tuple[str, str]]:
    if inputs["type"] != "MOCK" and not inputs.get("uri"):
        return [("uri", f"an integration of type {inputs['type']} needs 'uri'")]
    if inputs["type"] in {"AWS", "AWS_PROXY", "HTTP", "HTTP_PROXY"} and "integrationHttpMethod" not in inputs:
        return [("integrationHttpMethod", f"an integration of type {inputs['type']} needs 'integrationHttpMethod'")]
    return []


ROWS = (
    ResourceType(
        pulumi_type="aws:apigateway/method:Method",
        service="apigateway",
        fields=METHOD_FIELDS,
        create="put_method",
        id="agm-{restApi}-{resourceId}-{httpMethod}",
        identity=METHOD_IDENTITY,
        key=METHOD_KEY,
        read="get_method",
        update=patching("update_method", METHOD_KEY, METHOD_FIELDS),
        delete="delete_method",
    ),
    ResourceType(
        pulumi_type="aws:apigateway/integration:Integration",
        service="apigateway",
        fields=INTEGRATION_FIELDS,
        create="put_integration",
        id="agi-{restApi}-{resourceId}-{httpMethod}",
        identity=METHOD_IDENTITY,
        key=METHOD_KEY,
        read="get_integration",
        update=patching("update_integration", METHOD_KEY, INTEGRATION_FIELDS),
        delete="delete_integration",
        check=_check_integration,
    ),
    ResourceType(
        pulumi_type="aws:apigateway/methodResponse:MethodResponse",
        service="apigateway",
        fields=METHOD_RESPONSE_FIELDS,
        create="put_method_response",
        id="agmr-{restApi}-{resourceId}-{httpMethod}-{statusCode}",
        identity=STATUS_IDENTITY,
        key=STATUS_KEY,
        read="get_method_response",
        update=patching("update_method_response", STATUS_KEY, METHOD_RESPONSE_FIELDS),
        delete="delete_method_response",
    ),
    ResourceType(
        pulumi_type="aws:apigateway/integrationResponse:IntegrationResponse",
        service="apigateway",
        fields=INTEGRATION_RESPONSE_FIELDS,
        create="put_integration_response",
        id="agir-{restApi}-{resourceId}-{httpMethod}-{statusCode}",
        identity=STATUS_IDENTITY,
        key=STATUS_KEY,
        read="get_integration_response",
        update="put_integration_response",
        delete="delete_integration_response",
    ),
)
