"""Lambda: functions."""

from typing import Any

from local.provider.archives import zipped
from local.provider.calls import call, found_or_none, own_fields, request_of
from local.provider.errors import ProviderError
from local.provider.schema import Change, Description, Field, Part, ResourceType, Tagging
from local.provider.session import Session
from local.provider.tagging import tags_at_creation
from local.provider.values import Properties
from local.provider.waiting import wait

CODE_PROPERTIES = ("code", "sourceCodeHash", "architectures")
CREATION_ONLY = {"packageType", "publish", "code", "sourceCodeHash", "architectures"}
CLEARED = {
    "description": "",
    "environment": {"Variables": {}},
    "kmsKeyArn": "",
    "layers": [],
    "deadLetterConfig": {"TargetArn": ""},
    "vpcConfig": {"SubnetIds": [], "SecurityGroupIds": []},
    "snapStart": {"ApplyOn": "None"},
}


def _create(session: Session, inputs: Properties) -> Description:
    fields = [field for field in own_fields(FUNCTION) if field.name != "code"]
    request = request_of(session, FUNCTION, inputs, fields)
    code = {"Code": {"ZipFile": zipped(inputs["code"])}}
    return call(session, "lambda", "create_function", **request, **code, **tags_at_creation(session, FUNCTION, inputs))


def _update(change: Change) -> None:
    if change.changed(*CODE_PROPERTIES):
        request: dict[str, Any] = {"FunctionName": change.id, "ZipFile": zipped(change.new["code"])}
        if change.new.get("architectures"):
            request["Architectures"] = change.new["architectures"]
        call(change.session, "lambda", "update_function_code", **request)
        _settle(change.session, change.key)
    fields = [f for f in own_fields(FUNCTION) if f.name not in CREATION_ONLY and change.changed(f.name)]
    if not fields:
        return
    request = request_of(change.session, FUNCTION, change.new, fields)
    for field in fields:
        if change.new.get(field.name) is None and field.name in CLEARED:
            request[_member(field.name)] = CLEARED[field.name]
    call(change.session, "lambda", "update_function_configuration", FunctionName=change.id, **request)
    _settle(change.session, change.key)


def _member(name: str) -> str:
    return "KMSKeyArn" if name == "kmsKeyArn" else name[0].upper() + name[1:]


def _settle(session: Session, state: Properties) -> None:
    def done() -> bool:
        found = call(session, "lambda", "get_function_configuration", FunctionName=state["id"])
        if "Failed" in {found.get("State"), found.get("LastUpdateStatus")}:
            reason = found.get("StateReason") or found.get("LastUpdateStatusReason")
            raise ProviderError(f"function '{state['id']}' failed: {reason}")
        return found.get("State", "Active") == "Active" and found.get("LastUpdateStatus", "Successful") == "Successful"

    wait(f"function '{state['id']}'", done)


def _read(session: Session, state: Properties) -> Description | None:
    response = found_or_none(session, "lambda", "get_function", FunctionName=state["id"])
    if response is None:
        return None
    found: Description = {**response["Configuration"], "Tags": response.get("Tags", {})}
    found["Layers"] = [layer["Arn"] for layer in found.get("Layers", [])]
    concurrency = call(session, "lambda", "get_function_concurrency", FunctionName=state["id"])
    found["ReservedConcurrentExecutions"] = concurrency.get("ReservedConcurrentExecutions")
    known = state.get("codeSha256")
    # Code is not read back: when its hash is another than the one deployed, the program's code has been replaced.
    found["code"] = state.get("code") if known in {None, found["CodeSha256"]} else None
    return found


def _reserve(change: Change) -> None:
    name, reserved = {"FunctionName": change.id}, change.new["reservedConcurrentExecutions"]
    if reserved < 0:
        call(change.session, "lambda", "delete_function_concurrency", **name)
    else:
        call(change.session, "lambda", "put_function_concurrency", **name, ReservedConcurrentExecutions=reserved)


def _delete(session: Session, state: Properties) -> None:
    if not state.get("skipDestroy"):
        found_or_none(session, "lambda", "delete_function", FunctionName=state["id"])


def _arn(facts: Properties) -> str:
    return f"arn:aws:lambda:{facts['region']}:{facts['account']}:function:{facts['name']}"


def _invoke_arn(facts: Properties) -> str:
    return f"arn:aws:apigateway:{facts['region']}:lambda:path/2015-03-31/functions/{_arn(facts)}/invocations"


LOGGING = (
    Field("logFormat", required=True),
    Field("logGroup", computed=True),
    Field("applicationLogLevel", computed=True),
    Field("systemLogLevel", computed=True),
)

FUNCTION = ResourceType(
    pulumi_type="aws:lambda/function:Function",
    service="lambda",
    fields=(
        Field("name", member="FunctionName", required=True, force_new=True),
        Field("role", required=True),
        Field("handler"),
        Field("runtime"),
        Field("code", member="Code.ZipFile", found="code", required=True),
        Field("sourceCodeHash", kind=str, write_only=True),
        Field("architectures", computed=True),
        Field("description"),
        Field("timeout", default=3, limits=(1, 900)),
        Field("memorySize", default=128, limits=(128, 10240)),
        Field("environment", fields=(Field("variables"),)),
        Field("kmsKeyArn"),
        Field("tracingConfig", fields=(Field("mode", required=True),), computed=True),
        Field("deadLetterConfig", fields=(Field("targetArn", required=True),)),
        Field("ephemeralStorage", fields=(Field("size"),), computed=True),
        Field("loggingConfig", fields=LOGGING, computed=True),
        Field("layers", ordered=True),
        Field("snapStart", fields=(Field("applyOn", required=True),)),
        Field("vpcConfig", fields=(Field("subnetIds"), Field("securityGroupIds"), Field("ipv6AllowedForDualStack"))),
        Field("packageType", default="Zip", choices=("Zip",), force_new=True),
        Field("publish", default=False, write_only=True),
        Field(
            "reservedConcurrentExecutions",
            operation="put_function_concurrency",
            limits=(-1, 1000),
            default=-1,
        ),
        Field("skipDestroy", kind=bool, default=False, write_only=True),
    ),
    create=_create,
    shape="create_function",
    id="{name}",
    identity=("name",),
    key={"FunctionName": "{id}"},
    read=_read,
    update=_update,
    delete=_delete,
    settle=_settle,
    templates={"arn": _arn, "invokeArn": _invoke_arn},
    outputs={
        "codeSha256": "CodeSha256",
        "lastModified": "LastModified",
        "sourceCodeSize": "CodeSize",
        "version": "Version",
    },
    volatile={"lastModified": (), "codeSha256": CODE_PROPERTIES, "sourceCodeSize": CODE_PROPERTIES},
    parts=(Part(("reservedConcurrentExecutions",), _reserve),),
    tagging=Tagging(
        on_create="Tags",
        tag="tag_resource",
        untag="untag_resource",
        arn=("Resource", "arn:aws:lambda:{region}:{account}:function:{id}"),
        listed="list_tags",
    ),
)

ROWS = (FUNCTION,)
