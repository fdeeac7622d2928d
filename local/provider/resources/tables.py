"""DynamoDB: tables."""

from typing import Any

from local.provider.calls import call, found_or_none
from local.provider.resources import table_requests
from local.provider.schema import Change, Description, Field, Part, ResourceType, Tagging
from local.provider.session import Session
from local.provider.tagging import tags_at_creation
from local.provider.values import Properties
from local.provider.waiting import wait


def _create(session: Session, inputs: Properties) -> Description:
    request = table_requests.creation(inputs)
    return call(session, "dynamodb", "create_table", **request, **tags_at_creation(session, TABLE, inputs))


def _update(change: Change) -> None:
    for request in table_requests.updates(change.old, change.new):
        call(change.session, "dynamodb", "update_table", TableName=change.id, **request)
        _settle(change.session, {"id": change.id})


def _settle(session: Session, state: Properties) -> None:
    def done() -> bool:
        table = call(session, "dynamodb", "describe_table", TableName=state["id"])["Table"]
        indexes = table.get("GlobalSecondaryIndexes", [])
        statuses = [table["TableStatus"], *(index.get("IndexStatus", "ACTIVE") for index in indexes)]
        return set(statuses) == {"ACTIVE"}

    wait(f"table '{state['id']}'", done)


def _read(session: Session, state: Properties) -> Description | None:
    name = {"TableName": state["id"]}
    response = found_or_none(session, "dynamodb", "describe_table", **name)
    if response is None or response["Table"].get("TableStatus") == "DELETING":
        return None
    table = response["Table"]
    backups = call(session, "dynamodb", "describe_continuous_backups", **name)["ContinuousBackupsDescription"]
    ttl = call(session, "dynamodb", "describe_time_to_live", **name)["TimeToLiveDescription"]
    return {**table, "inputs": table_requests.inputs(table, backups, ttl, state)}


def _delete(session: Session, state: Properties) -> None:
    name = {"TableName": state["id"]}
    found_or_none(session, "dynamodb", "delete_table", **name)
    wait(
        f"deletion of table '{state['id']}'",
        lambda: found_or_none(session, "dynamodb", "describe_table", **name) is None,
    )


def _expire(change: Change) -> None:
    old, new = change.old.get("ttl") or {}, change.new.get("ttl") or {}
    if old.get("enabled") and (not new.get("enabled") or old.get("attributeName") != new.get("attributeName")):
        _set_ttl(change, old["attributeName"], enabled=False)
    if new.get("enabled"):
        _set_ttl(change, new["attributeName"], enabled=True)


def _set_ttl(change: Change, attribute: str, *, enabled: bool) -> None:
    specification = {"AttributeName": attribute, "Enabled": enabled}
    call(
        change.session,
        "dynamodb",
        "update_time_to_live",
        TableName=change.id,
        TimeToLiveSpecification=specification,
    )


def _recover(change: Change) -> None:
    recovery = change.new.get("pointInTimeRecovery") or {}
    specification: dict[str, Any] = {"PointInTimeRecoveryEnabled": recovery.get("enabled", False)}
    if recovery.get("recoveryPeriodInDays") and recovery.get("enabled"):
        specification["RecoveryPeriodInDays"] = recovery["recoveryPeriodInDays"]
    call(
        change.session,
        "dynamodb",
        "update_continuous_backups",
        TableName=change.id,
        PointInTimeRecoverySpecification=specification,
    )


def _own(name: str, path: str, **constraints: Any) -> Field:
    return Field(name, member=path, found=f"inputs.{name}", **constraints)


PROJECTION = (
    Field("projectionType", member="Projection.ProjectionType", required=True),
    Field("nonKeyAttributes", member="Projection.NonKeyAttributes"),
)
INDEX = (
    Field("name", member="IndexName", required=True),
    # The SDK still knows hashKey and rangeKey of an index, as deprecated.
    Field(
        "keySchemas",
        member="KeySchema",
        required=True,
        fields=(Field("attributeName", required=True), Field("keyType", required=True)),
    ),
    *PROJECTION,
    Field("readCapacity", member="ProvisionedThroughput.ReadCapacityUnits", computed=True),
    Field("writeCapacity", member="ProvisionedThroughput.WriteCapacityUnits", computed=True),
)
LOCAL_INDEX = (
    Field("name", member="IndexName", required=True),
    Field("rangeKey", member="KeySchema.AttributeName", found="KeySchema.RANGE"),
    *PROJECTION,
)

TABLE = ResourceType(
    pulumi_type="aws:dynamodb/table:Table",
    service="dynamodb",
    shape="create_table",
    fields=(
        Field("name", member="TableName", required=True, force_new=True),
        _own("hashKey", "KeySchema.AttributeName", required=True, force_new=True),
        _own("rangeKey", "KeySchema.AttributeName", force_new=True),
        _own(
            "attributes",
            "AttributeDefinitions",
            required=True,
            fields=(
                Field("name", member="AttributeName", required=True),
                Field("type", member="AttributeType", required=True),
            ),
        ),
        _own("billingMode", "BillingMode", default="PROVISIONED"),
        _own("readCapacity", "ProvisionedThroughput.ReadCapacityUnits", computed=True),
        _own("writeCapacity", "ProvisionedThroughput.WriteCapacityUnits", computed=True),
        _own("globalSecondaryIndexes", "GlobalSecondaryIndexes", fields=INDEX),
        _own("localSecondaryIndexes", "LocalSecondaryIndexes", fields=LOCAL_INDEX, force_new=True),
        _own("streamEnabled", "StreamSpecification.StreamEnabled", default=False),
        _own("streamViewType", "StreamSpecification.StreamViewType", computed=True),
        _own(
            "serverSideEncryption",
            "SSESpecification",
            fields=(
                Field("enabled", required=True),
                Field("kmsKeyArn", member="KMSMasterKeyId", computed=True),
            ),
            computed=True,
        ),
        _own("tableClass", "TableClass", default="STANDARD"),
        _own("deletionProtectionEnabled", "DeletionProtectionEnabled", default=False),
        Field(
            "ttl",
            member="TimeToLiveSpecification",
            operation="update_time_to_live",
            found="inputs.ttl",
            fields=(Field("attributeName"), Field("enabled", default=False)),
            computed=True,
        ),
        Field(
            "pointInTimeRecovery",
            member="PointInTimeRecoverySpecification",
            operation="update_continuous_backups",
            found="inputs.pointInTimeRecovery",
            fields=(
                Field("enabled", member="PointInTimeRecoveryEnabled", required=True),
                Field("recoveryPeriodInDays", computed=True),
            ),
            computed=True,
        ),
    ),
    create=_create,
    id="{name}",
    identity=("name",),
    key={"TableName": "{id}"},
    read=_read,
    update=_update,
    delete=_delete,
    settle=_settle,
    check=table_requests.problems,
    templates={"arn": "arn:{partition}:dynamodb:{region}:{account}:table/{name}"},
    outputs={"streamArn": "inputs.streamArn", "streamLabel": "inputs.streamLabel"},
    volatile={"streamArn": ("streamEnabled", "streamViewType"), "streamLabel": ("streamEnabled", "streamViewType")},
    parts=(Part(("ttl",), _expire), Part(("pointInTimeRecovery",), _recover)),
    tagging=Tagging(
        on_create="Tags",
        tag="tag_resource",
        untag="untag_resource",
        arn=("ResourceArn", "arn:aws:dynamodb:{region}:{account}:table/{id}"),
        listed="list_tags_of_resource",
    ),
)

ROWS = (TABLE,)
