"""S3: buckets."""

from typing import Any

from botocore.exceptions import ClientError

from local.provider.calls import call, found_or_none
from local.provider.errors import ProviderError, code_of
from local.provider.schema import Change, Description, Field, ResourceType, Tagging
from local.provider.session import Session
from local.provider.values import Properties

HOME_REGION = "us-east-1"
DELETED_AT_ONCE = 1000


def _create(session: Session, inputs: Properties) -> Description:
    elsewhere = {"CreateBucketConfiguration": {"LocationConstraint": session.region}}
    request: dict[str, Any] = {} if session.region == HOME_REGION else elsewhere
    if inputs["objectLockEnabled"]:
        request["ObjectLockEnabledForBucket"] = True
    if _read(session, {"id": inputs["bucket"]}) is not None:
        # In its home region S3 answers success, and a second stack would take the first one's bucket over.
        raise ProviderError(f"the bucket '{inputs['bucket']}' exists already; another program or person made it")
    return call(session, "s3", "create_bucket", Bucket=inputs["bucket"], **request)


def _read(session: Session, state: Properties) -> Description | None:
    found = found_or_none(session, "s3", "head_bucket", Bucket=state["id"])
    return None if found is None else {"Bucket": state["id"]}


def _delete(session: Session, state: Properties) -> None:
    if _read(session, state) is None:
        return
    if state.get("forceDestroy"):
        _empty(session, state["id"])
    call(session, "s3", "delete_bucket", Bucket=state["id"])


def _empty(session: Session, bucket: str) -> None:
    for page in session.client("s3").get_paginator("list_object_versions").paginate(Bucket=bucket):
        versions = [*page.get("Versions", []), *page.get("DeleteMarkers", [])]
        keys = [{"Key": entry["Key"], "VersionId": entry["VersionId"]} for entry in versions]
        for start in range(0, len(keys), DELETED_AT_ONCE):
            batch = {"Objects": keys[start : start + DELETED_AT_ONCE], "Quiet": True}
            call(session, "s3", "delete_objects", Bucket=bucket, Delete=batch)


def _put_tags(change: Change) -> None:
    tags = [{"Key": key, "Value": value} for key, value in change.new.get("tagsAll", {}).items()]
    if tags:
        call(change.session, "s3", "put_bucket_tagging", Bucket=change.id, Tagging={"TagSet": tags})
    else:
        call(change.session, "s3", "delete_bucket_tagging", Bucket=change.id)


def _list_tags(session: Session, state: Properties) -> Description:
    try:
        return call(session, "s3", "get_bucket_tagging", Bucket=state["id"])
    except ClientError as error:
        if code_of(error) == "NoSuchTagSet":
            return {}
        raise


ROWS = (
    ResourceType(
        pulumi_type="aws:s3/bucket:Bucket",
        service="s3",
        shape="create_bucket",
        fields=(
            Field("bucket", required=True, force_new=True, pattern="[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]"),
            Field(
                "objectLockEnabled", member="ObjectLockEnabledForBucket", default=False, force_new=True, write_only=True
            ),
            Field("forceDestroy", kind=bool, default=False, write_only=True),
        ),
        create=_create,
        id="{bucket}",
        identity=("bucket",),
        key={"Bucket": "{id}"},
        read=_read,
        delete=_delete,
        templates={
            "arn": "arn:{partition}:s3:::{bucket}",
            "bucketDomainName": "{bucket}.s3.amazonaws.com",
            "bucketRegionalDomainName": "{bucket}.s3.{region}.amazonaws.com",
        },
        tagging=Tagging(on_create=None, put=_put_tags, listing=_list_tags, found="TagSet"),
    ),
)
