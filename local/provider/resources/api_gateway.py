"""API Gateway: REST APIs, and what is defined once in each."""

import json

from local.provider.calls import call, found_or_none
from local.provider.patches import patching
from local.provider.schema import Description, Field, ResourceType, Tagging
from local.provider.session import Session
from local.provider.values import Properties

# The path's part of every address: no description repeats it.
API = Field("restApi", member="restApiId", required=True, force_new=True, write_only=True)

API_FIELDS = (
    Field("name", required=True),
    Field("description", computed=True),
    Field("apiKeySource", computed=True),
    Field("binaryMediaTypes", computed=True),
    Field("disableExecuteApiEndpoint", computed=True),
    Field(
        "endpointConfiguration",
        fields=(
            Field("types", ordered=True, required=True),
            Field("vpcEndpointIds", computed=True),
            Field("ipAddressType", computed=True),
        ),
        computed=True,
    ),
    Field("minimumCompressionSize", computed=True),
    Field("policy", json=True, computed=True),
)
MODEL_FIELDS = (
    API,
    Field("name", required=True, force_new=True, pattern="[a-zA-Z0-9]+"),
    Field("contentType", required=True, force_new=True),
    Field("description"),
    Field("schema", json=True, ordered=True),
)
VALIDATOR_FIELDS = (
    API,
    Field("name", required=True),
    Field("validateRequestBody", default=False),
    Field("validateRequestParameters", default=False),
)
RESOURCE_FIELDS = (API, Field("parentId", required=True), Field("pathPart", required=True))
RESPONSE_FIELDS = (
    Field("restApiId", required=True, force_new=True, write_only=True),
    Field("responseType", required=True, force_new=True),
    Field("statusCode", computed=True),
    Field("responseParameters"),
    Field("responseTemplates", computed=True),
)


def _read_api(session: Session, state: Properties) -> Description | None:
    found = found_or_none(session, "apigateway", "get_rest_api", restApiId=state["id"])
    if found is None:
        return None
    if not found.get("rootResourceId"):
        resources = call(session, "apigateway", "get_resources", restApiId=state["id"], limit=500)["items"]
        found["rootResourceId"] = next(entry["id"] for entry in resources if entry["path"] == "/")
    return {**found, "policy": _policy(found.get("policy"))}


def _policy(text: str | None) -> str | None:
    if not text:
        return None
    try:
        json.loads(text)
    except ValueError:
        # API Gateway answers a policy as the inside of a JSON string.
        return str(json.loads(f'"{text}"'))
    return text


ROWS = (
    ResourceType(
        pulumi_type="aws:apigateway/restApi:RestApi",
        service="apigateway",
        fields=API_FIELDS,
        create="create_rest_api",
        id="$.id",
        key={"restApiId": "{id}"},
        read=_read_api,
        update=patching("update_rest_api", {"restApiId": "{id}"}, API_FIELDS),
        delete="delete_rest_api",
        templates={
            "arn": "arn:{partition}:apigateway:{region}::/restapis/{id}",
            "executionArn": "arn:{partition}:execute-api:{region}:{account}:{id}",
        },
        outputs={"rootResourceId": "rootResourceId", "createdDate": "createdDate"},
        tagging=Tagging(
            on_create="tags",
            tag="tag_resource",
            untag="untag_resource",
            arn=("resourceArn", "arn:aws:apigateway:{region}::/restapis/{id}"),
            tags="tags",
            keys="tagKeys",
            listed="get_tags",
            found="tags",
        ),
    ),
    ResourceType(
        pulumi_type="aws:apigateway/resource:Resource",
        service="apigateway",
        fields=RESOURCE_FIELDS,
        create="create_resource",
        id="$.id",
        key={"restApiId": "{restApi}", "resourceId": "{id}"},
        read="get_resource",
        update=patching("update_resource", {"restApiId": "{restApi}", "resourceId": "{id}"}, RESOURCE_FIELDS),
        delete="delete_resource",
        outputs={"path": "path"},
        volatile={"path": ("parentId", "pathPart")},
    ),
    ResourceType(
        pulumi_type="aws:apigateway/model:Model",
        service="apigateway",
        fields=MODEL_FIELDS,
        create="create_model",
        id="$.id",
        identity=("restApi", "name"),
        key={"restApiId": "{restApi}", "modelName": "{name}"},
        read="get_model",
        update=patching("update_model", {"restApiId": "{restApi}", "modelName": "{name}"}, MODEL_FIELDS),
        delete="delete_model",
    ),
    ResourceType(
        pulumi_type="aws:apigateway/requestValidator:RequestValidator",
        service="apigateway",
        fields=VALIDATOR_FIELDS,
        create="create_request_validator",
        id="$.id",
        key={"restApiId": "{restApi}", "requestValidatorId": "{id}"},
        read="get_request_validator",
        update=patching(
            "update_request_validator", {"restApiId": "{restApi}", "requestValidatorId": "{id}"}, VALIDATOR_FIELDS
        ),
        delete="delete_request_validator",
    ),
    ResourceType(
        pulumi_type="aws:apigateway/response:Response",
        service="apigateway",
        fields=RESPONSE_FIELDS,
        create="put_gateway_response",
        id="aggr-{restApiId}-{responseType}",
        identity=("restApiId", "responseType"),
        key={"restApiId": "{restApiId}", "responseType": "{responseType}"},
        read="get_gateway_response",
        # One that was never made, or was deleted, is answered as the default.
        found="[@][?defaultResponse != `true`] | [0]",
        update="put_gateway_response",
        delete="delete_gateway_response",
    ),
)
