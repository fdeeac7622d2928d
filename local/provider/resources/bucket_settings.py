"""S3: what is set on a bucket by resources of its own."""

from typing import Any

from local.provider.calls import call, found_or_none
from local.provider.schema import Change, Description, Field, ResourceType
from local.provider.session import Session
from local.provider.values import Properties

KEY = {"Bucket": "{bucket}"}
BUCKET = Field("bucket", required=True, force_new=True, write_only=True)

TRANSITION = (Field("days"), Field("date"), Field("storageClass", required=True))
RULE = (
    Field("id", member="ID", required=True),
    Field("status", required=True),
    Field("prefix"),
    Field("filter", fields=(Field("prefix"), Field("objectSizeGreaterThan"), Field("objectSizeLessThan"))),
    Field("expiration", fields=(Field("days"), Field("date"), Field("expiredObjectDeleteMarker", unset=False))),
    Field("noncurrentVersionExpiration", fields=(Field("noncurrentDays"), Field("newerNoncurrentVersions"))),
    Field("abortIncompleteMultipartUpload", fields=(Field("daysAfterInitiation", required=True),)),
    Field("transitions", fields=TRANSITION),
)
ENCRYPTION = (
    Field(
        "applyServerSideEncryptionByDefault",
        fields=(
            Field("sseAlgorithm", member="SSEAlgorithm", required=True),
            Field("kmsMasterKeyId", member="KMSMasterKeyID"),
        ),
    ),
    Field("bucketKeyEnabled", unset=False),
)
CONFIGURATIONS = {
    "lambdaFunctions": ("LambdaFunctionConfigurations", "lambdaFunctionArn", "LambdaFunctionArn"),
    "queues": ("QueueConfigurations", "queueArn", "QueueArn"),
    "topics": ("TopicConfigurations", "topicArn", "TopicArn"),
}


def _read_versioning(session: Session, state: Properties) -> Description | None:
    found = found_or_none(session, "s3", "get_bucket_versioning", Bucket=state["bucket"])
    return {"VersioningConfiguration": found} if found and found.get("Status") else None


def _suspend(session: Session, state: Properties) -> None:
    # Versioning that was on can't be taken off again, only suspended.
    found = _read_versioning(session, state)
    if found and found["VersioningConfiguration"]["Status"] == "Enabled":
        off = {"Status": "Suspended"}
        call(session, "s3", "put_bucket_versioning", Bucket=state["bucket"], VersioningConfiguration=off)


def _notify(session: Session, inputs: Properties) -> Description:
    configuration: dict[str, Any] = {
        member: [_notification(entry, arn, target) for entry in inputs[name]]
        for name, (member, arn, target) in CONFIGURATIONS.items()
        if inputs.get(name)
    }
    if inputs.get("eventbridge"):
        configuration["EventBridgeConfiguration"] = {}
    bucket = inputs["bucket"]
    call(session, "s3", "put_bucket_notification_configuration", Bucket=bucket, NotificationConfiguration=configuration)
    return {}


def _notification(entry: Properties, arn: str, target: str) -> dict[str, Any]:
    names = {"filterPrefix": "prefix", "filterSuffix": "suffix"}
    rules = [{"Name": name, "Value": entry[key]} for key, name in names.items() if entry.get(key)]
    return {
        target: entry[arn],
        "Events": entry["events"],
        **({"Id": entry["id"]} if entry.get("id") else {}),
        **({"Filter": {"Key": {"FilterRules": rules}}} if rules else {}),
    }


def _renotify(change: Change) -> None:
    _notify(change.session, change.new)


def _read_notifications(session: Session, state: Properties) -> Description | None:
    bucket = {"Bucket": state["bucket"]}
    found = found_or_none(session, "s3", "get_bucket_notification_configuration", **bucket)
    if not found or not {"EventBridgeConfiguration", *(entry[0] for entry in CONFIGURATIONS.values())} & set(found):
        return None
    configuration = {
        member: [_with_filters(entry) for entry in found.get(member, [])] for member, _, _ in CONFIGURATIONS.values()
    }
    return {"NotificationConfiguration": configuration, "eventbridge": "EventBridgeConfiguration" in found}


def _with_filters(entry: dict[str, Any]) -> dict[str, Any]:
    rules = entry.get("Filter", {}).get("Key", {}).get("FilterRules", [])
    return {**entry, "Filter": {rule["Name"].lower(): rule["Value"] for rule in rules}}


def _silence(session: Session, state: Properties) -> None:
    if _read_notifications(session, state) is not None:
        _notify(session, {"bucket": state["bucket"]})


def _notifications(name: str) -> Field:
    member, arn, target = CONFIGURATIONS[name]
    filtered = "Filter.Key.FilterRules.Value"
    return Field(
        name,
        member=f"NotificationConfiguration.{member}",
        fields=(
            Field("id", computed=True),
            Field(arn, member=target, required=True),
            Field("events", required=True),
            Field("filterPrefix", member=filtered, found="Filter.prefix"),
            Field("filterSuffix", member=filtered, found="Filter.suffix"),
        ),
    )


def _setting(pulumi_type: str, put: str, read: str, delete: str, *fields: Field) -> ResourceType:
    return ResourceType(
        pulumi_type=pulumi_type,
        service="s3",
        fields=(BUCKET, *fields),
        create=put,
        id="{bucket}",
        identity=("bucket",),
        key=KEY,
        read=read,
        update=put,
        delete=delete,
    )


def _blocked(name: str) -> Field:
    return Field(name, member=f"PublicAccessBlockConfiguration.{name[0].upper()}{name[1:]}", default=False)


ROWS = (
    _setting(
        "aws:s3/bucketPolicy:BucketPolicy",
        "put_bucket_policy",
        "get_bucket_policy",
        "delete_bucket_policy",
        Field("policy", json=True, required=True),
    ),
    _setting(
        "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
        "put_public_access_block",
        "get_public_access_block",
        "delete_public_access_block",
        *(
            _blocked(name)
            for name in ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")
        ),
    ),
    _setting(
        "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
        "put_bucket_encryption",
        "get_bucket_encryption",
        "delete_bucket_encryption",
        Field("rules", member="ServerSideEncryptionConfiguration.Rules", required=True, fields=ENCRYPTION),
    ),
    _setting(
        "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
        "put_bucket_lifecycle_configuration",
        "get_bucket_lifecycle_configuration",
        "delete_bucket_lifecycle",
        Field("rules", member="LifecycleConfiguration.Rules", found="Rules", required=True, fields=RULE),
    ),
    ResourceType(
        pulumi_type="aws:s3/bucketVersioning:BucketVersioning",
        service="s3",
        fields=(
            BUCKET,
            Field(
                "versioningConfiguration",
                required=True,
                fields=(Field("status", required=True), Field("mfaDelete", member="MFADelete", computed=True)),
            ),
        ),
        create="put_bucket_versioning",
        id="{bucket}",
        identity=("bucket",),
        key=KEY,
        read=_read_versioning,
        update="put_bucket_versioning",
        delete=_suspend,
    ),
    ResourceType(
        pulumi_type="aws:s3/bucketNotification:BucketNotification",
        service="s3",
        shape="put_bucket_notification_configuration",
        fields=(
            BUCKET,
            *(_notifications(name) for name in CONFIGURATIONS),
            Field(
                "eventbridge",
                kind=bool,
                member="NotificationConfiguration.EventBridgeConfiguration",
                found="eventbridge",
                default=False,
            ),
        ),
        create=_notify,
        id="{bucket}",
        identity=("bucket",),
        key=KEY,
        read=_read_notifications,
        update=_renotify,
        delete=_silence,
    ),
)
