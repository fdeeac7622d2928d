"""API Gateway: deployments, stages, their settings for methods, the account's logging role."""

from local.provider.calls import call, found_or_none
from local.provider.patches import patch, patching
from local.provider.resources.api_gateway import API
from local.provider.schema import Change, Description, Field, Part, ResourceType, Tagging
from local.provider.session import Session
from local.provider.values import Properties

STAGE_KEY = {"restApiId": "{restApi}", "stageName": "{stageName}"}
DEPLOYMENT_FIELDS = (
    API,
    Field("description"),
    Field("triggers", member="variables", operation="create_deployment", force_new=True, write_only=True),
    Field("variables", force_new=True, write_only=True),
)
STAGE_FIELDS = (
    API,
    Field("stageName", required=True, force_new=True),
    Field("deployment", member="deploymentId", required=True),
    Field("description"),
    Field("documentationVersion"),
    Field("variables"),
    Field("xrayTracingEnabled", member="tracingEnabled", default=False),
    Field("cacheClusterEnabled", default=False),
    Field("cacheClusterSize", computed=True),
)
ACCESS_LOG = Field(
    "accessLogSettings",
    operation="get_stage:output",
    fields=(Field("destinationArn", required=True), Field("format", required=True)),
)
# Where a setting is in the patch, below its method's path.
SETTING_PATHS = {
    "metricsEnabled": "metrics/enabled",
    "loggingLevel": "logging/loglevel",
    "dataTraceEnabled": "logging/dataTrace",
    "throttlingBurstLimit": "throttling/burstLimit",
    "throttlingRateLimit": "throttling/rateLimit",
    "cachingEnabled": "caching/enabled",
    "cacheTtlInSeconds": "caching/ttlInSeconds",
    "cacheDataEncrypted": "caching/dataEncrypted",
    "requireAuthorizationForCacheControl": "caching/requireAuthorizationForCacheControl",
    "unauthorizedCacheControlHeaderStrategy": "caching/unauthorizedCacheControlHeaderStrategy",
}
CHOICES = {"loggingLevel": ("OFF", "ERROR", "INFO")}
UNTHROTTLED = {"throttlingBurstLimit": -1, "throttlingRateLimit": -1}
SETTINGS = tuple(
    Field(name, choices=CHOICES.get(name, ()), default=UNTHROTTLED.get(name), computed=name not in UNTHROTTLED)
    for name in SETTING_PATHS
)


def _log_access(change: Change) -> None:
    operations = patch(change.old, change.new, (ACCESS_LOG,))
    call(change.session, "apigateway", "update_stage", **_stage(change.key), patchOperations=operations)


def _invoke_url(facts: Properties) -> str:
    return f"{facts['api_endpoint']}/restapis/{facts['restApi']}/{facts['stageName']}/_user_request_"


def _stage(state: Properties) -> dict[str, str]:
    return {"restApiId": state["restApi"], "stageName": state["stageName"]}


def _set_methods(change: Change) -> None:
    fields = tuple(Field(name, member=path) for name, path in SETTING_PATHS.items())
    root = f"/{change.new['methodPath']}"
    operations = patch(change.old.get("settings", {}), change.new["settings"], fields, root)
    if operations:
        call(change.session, "apigateway", "update_stage", **_stage(change.new), patchOperations=operations)


def _create_settings(session: Session, inputs: Properties) -> Description:
    _set_methods(Change(session, "", {}, inputs, {}))
    return {}


def _read_settings(session: Session, state: Properties) -> Description | None:
    stage = found_or_none(session, "apigateway", "get_stage", **_stage(state))
    found = (stage or {}).get("methodSettings", {}).get(state["methodPath"])
    return {"methodSettings": {"each": found}} if found else None


def _delete_settings(session: Session, state: Properties) -> None:
    if _read_settings(session, state) is not None:
        gone = [{"op": "remove", "path": f"/{state['methodPath']}"}]
        call(session, "apigateway", "update_stage", **_stage(state), patchOperations=gone)


def _set_account(session: Session, role: str) -> None:
    operations = [{"op": "replace", "path": "/cloudwatchRoleArn", "value": role}]
    call(session, "apigateway", "update_account", patchOperations=operations)


def _create_account(session: Session, inputs: Properties) -> Description:
    _set_account(session, inputs.get("cloudwatchRoleArn", ""))
    return {}


def _update_account(change: Change) -> None:
    _set_account(change.session, change.new.get("cloudwatchRoleArn", ""))


def _read_account(session: Session, state: Properties) -> Description | None:
    return call(session, "apigateway", "get_account")


def _delete_account(session: Session, state: Properties) -> None:
    _set_account(session, "")


ROWS = (
    ResourceType(
        pulumi_type="aws:apigateway/deployment:Deployment",
        service="apigateway",
        fields=DEPLOYMENT_FIELDS,
        create="create_deployment",
        id="$.id",
        key={"restApiId": "{restApi}", "deploymentId": "{id}"},
        read="get_deployment",
        update=patching("update_deployment", {"restApiId": "{restApi}", "deploymentId": "{id}"}, DEPLOYMENT_FIELDS[:2]),
        delete="delete_deployment",
        outputs={"createdDate": "createdDate"},
    ),
    ResourceType(
        pulumi_type="aws:apigateway/stage:Stage",
        service="apigateway",
        fields=(*STAGE_FIELDS, ACCESS_LOG),
        create="create_stage",
        id="ags-{restApi}-{stageName}",
        identity=("restApi", "stageName"),
        key=STAGE_KEY,
        read="get_stage",
        update=patching("update_stage", STAGE_KEY, STAGE_FIELDS),
        delete="delete_stage",
        templates={
            "arn": "arn:{partition}:apigateway:{region}::/restapis/{restApi}/stages/{stageName}",
            "executionArn": "arn:{partition}:execute-api:{region}:{account}:{restApi}/{stageName}",
            "invokeUrl": _invoke_url,
        },
        parts=(Part(("accessLogSettings",), _log_access),),
        tagging=Tagging(
            on_create=None,
            tag="tag_resource",
            untag="untag_resource",
            arn=("resourceArn", "arn:aws:apigateway:{region}::/restapis/{restApi}/stages/{stageName}"),
            tags="tags",
            keys="tagKeys",
            listed="get_tags",
            found="tags",
        ),
    ),
    ResourceType(
        pulumi_type="aws:apigateway/methodSettings:MethodSettings",
        service="apigateway",
        shape="get_stage",
        fields=(
            API,
            Field("stageName", required=True, force_new=True, write_only=True),
            Field("methodPath", kind=str, required=True, force_new=True, write_only=True),
            Field(
                "settings", member="methodSettings.each", operation="get_stage:output", fields=SETTINGS, required=True
            ),
        ),
        create=_create_settings,
        id="{restApi}-{stageName}-{methodPath}",
        identity=("restApi", "stageName", "methodPath"),
        key=STAGE_KEY,
        read=_read_settings,
        update=_set_methods,
        delete=_delete_settings,
    ),
    ResourceType(
        pulumi_type="aws:apigateway/account:Account",
        service="apigateway",
        shape="get_account:output",
        fields=(Field("cloudwatchRoleArn"),),
        create=_create_account,
        id="api-gateway-account",
        key={},
        read=_read_account,
        update=_update_account,
        delete=_delete_account,
        outputs={"apiKeyVersion": "apiKeyVersion", "features": "features"},
    ),
)
