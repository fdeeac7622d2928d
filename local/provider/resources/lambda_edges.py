"""Lambda: who may invoke a function, what feeds it, where its asynchronous results go."""

import json

from local.provider.calls import call, found_or_none
from local.provider.schema import Description, Field, ResourceType, Tagging
from local.provider.session import Session
from local.provider.values import Properties
from local.provider.waiting import wait

CONDITIONS = {
    "SourceAccount": "aws:sourceaccount",
    "SourceArn": "aws:sourcearn",
    "PrincipalOrgID": "aws:principalorgid",
    "EventSourceToken": "lambda:eventsourcetoken",
    "FunctionUrlAuthType": "lambda:functionurlauthtype",
}


def _read_permission(session: Session, state: Properties) -> Description | None:
    extra = {"Qualifier": state["qualifier"]} if state.get("qualifier") else {}
    response = found_or_none(session, "lambda", "get_policy", FunctionName=state["function"], **extra)
    statements = json.loads(response["Policy"])["Statement"] if response else []
    found = next((entry for entry in statements if entry["Sid"] == state["id"]), None)
    if found is None:
        return None
    principal = found["Principal"]
    conditions = {key.lower(): value for group in found.get("Condition", {}).values() for key, value in group.items()}
    return {
        "FunctionName": state["function"],
        "Qualifier": state.get("qualifier"),
        "StatementId": found["Sid"],
        "Action": found["Action"],
        "Principal": principal if isinstance(principal, str) else principal.get("AWS") or principal.get("Service"),
        **{member: conditions.get(key) for member, key in CONDITIONS.items()},
    }


def _remove_permission(session: Session, state: Properties) -> None:
    extra = {"Qualifier": state["qualifier"]} if state.get("qualifier") else {}
    name = {"FunctionName": state["function"], "StatementId": state["id"]}
    found_or_none(session, "lambda", "remove_permission", **name, **extra)


def _read_mapping(session: Session, state: Properties) -> Description | None:
    found = found_or_none(session, "lambda", "get_event_source_mapping", UUID=state["id"])
    if found is None or found.get("State") == "Deleting":
        return None
    arn, stated = found["FunctionArn"], state.get("functionName", "")
    enabled = found.get("State") not in {"Disabled", "Disabling"}
    # A program may state the function's name or its ARN; AWS answers the ARN.
    same_function = arn == stated or arn.rpartition(":")[2] == stated
    return {**found, "FunctionName": stated if same_function else arn, "Enabled": enabled}


def _settle_mapping(session: Session, state: Properties) -> None:
    def done() -> bool:
        found = call(session, "lambda", "get_event_source_mapping", UUID=state["id"])
        return found.get("State") in {"Enabled", "Disabled"}

    wait(f"event source mapping {state['id']}", done)


def _delete_mapping(session: Session, state: Properties) -> None:
    key = {"UUID": state["id"]}
    found_or_none(session, "lambda", "delete_event_source_mapping", **key)
    gone = f"deletion of event source mapping {state['id']}"
    wait(gone, lambda: found_or_none(session, "lambda", "get_event_source_mapping", **key) is None)


def _qualified(facts: Properties) -> str:
    qualifier = facts.get("qualifier")
    return f"{facts['functionName']}:{qualifier}" if qualifier else facts["functionName"]


def _read_invoke_config(session: Session, state: Properties) -> Description | None:
    found = found_or_none(session, "lambda", "get_function_event_invoke_config", **_invoke_key(state))
    return {**found, **_invoke_key(state)} if found else None


def _delete_invoke_config(session: Session, state: Properties) -> None:
    found_or_none(session, "lambda", "delete_function_event_invoke_config", **_invoke_key(state))


def _invoke_key(state: Properties) -> dict[str, str]:
    extra = {"Qualifier": state["qualifier"]} if state.get("qualifier") else {}
    return {"FunctionName": state["functionName"], **extra}


ON_FAILURE = Field("onFailure", fields=(Field("destinationArn", member="Destination", required=True),))
DESTINATIONS = (
    Field("onFailure", fields=(Field("destination", required=True),)),
    Field("onSuccess", fields=(Field("destination", required=True),)),
)

PERMISSION = ResourceType(
    pulumi_type="aws:lambda/permission:Permission",
    service="lambda",
    fields=(
        Field("statementId", required=True, force_new=True),
        Field("function", member="FunctionName", required=True, force_new=True),
        Field("action", required=True, force_new=True),
        Field("principal", required=True, force_new=True),
        Field("sourceArn", force_new=True),
        Field("sourceAccount", force_new=True),
        Field("principalOrgId", member="PrincipalOrgID", force_new=True),
        Field("eventSourceToken", force_new=True),
        Field("functionUrlAuthType", force_new=True),
        Field("qualifier", force_new=True),
    ),
    create="add_permission",
    id="{statementId}",
    identity=("function", "statementId", "qualifier"),
    key={},
    read=_read_permission,
    delete=_remove_permission,
)

MAPPING = ResourceType(
    pulumi_type="aws:lambda/eventSourceMapping:EventSourceMapping",
    service="lambda",
    fields=(
        Field("functionName", required=True),
        Field("eventSourceArn", required=True, force_new=True),
        Field("startingPosition", force_new=True),
        Field("startingPositionTimestamp", force_new=True, write_only=True),
        Field("enabled", default=True),
        Field("batchSize", computed=True),
        Field("bisectBatchOnFunctionError", unset=False, cleared=False),
        Field("destinationConfig", fields=(ON_FAILURE,), cleared={"OnFailure": {}}),
        Field("filterCriteria", fields=(Field("filters", fields=(Field("pattern", json=True),)),), cleared={}),
        Field("functionResponseTypes"),
        Field("kmsKeyArn", member="KMSKeyArn"),
        Field("maximumBatchingWindowInSeconds", unset=0, cleared=0),
        Field("maximumRecordAgeInSeconds", computed=True),
        Field("maximumRetryAttempts", computed=True),
        Field("metricsConfig", fields=(Field("metrics", required=True),)),
        Field("parallelizationFactor", computed=True),
        Field("scalingConfig", fields=(Field("maximumConcurrency"),), cleared={}),
        Field("tumblingWindowInSeconds", unset=0, cleared=0),
    ),
    create="create_event_source_mapping",
    id="$.UUID",
    key={"UUID": "{id}"},
    read=_read_mapping,
    update="update_event_source_mapping",
    delete=_delete_mapping,
    settle=_settle_mapping,
    templates={"arn": "arn:{partition}:lambda:{region}:{account}:event-source-mapping:{id}"},
    outputs={
        "uuid": "UUID",
        "functionArn": "FunctionArn",
        "state": "State",
        "stateTransitionReason": "StateTransitionReason",
        "lastModified": "LastModified",
        "lastProcessingResult": "LastProcessingResult",
    },
    volatile={"functionArn": ("functionName",), "lastModified": (), "state": ("enabled",)},
    tagging=Tagging(
        on_create="Tags",
        tag="tag_resource",
        untag="untag_resource",
        arn=("Resource", "arn:aws:lambda:{region}:{account}:event-source-mapping:{id}"),
        listed="list_tags",
    ),
)

INVOKE_CONFIG = ResourceType(
    pulumi_type="aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig",
    service="lambda",
    fields=(
        Field("functionName", required=True, force_new=True),
        Field("qualifier", force_new=True),
        Field("destinationConfig", fields=DESTINATIONS),
        Field("maximumEventAgeInSeconds", unset=21600),
        Field("maximumRetryAttempts", default=2),
    ),
    create="put_function_event_invoke_config",
    id=_qualified,
    identity=("functionName", "qualifier"),
    key={},
    read=_read_invoke_config,
    update="put_function_event_invoke_config",
    delete=_delete_invoke_config,
)

ROWS = (PERMISSION, MAPPING, INVOKE_CONFIG)
