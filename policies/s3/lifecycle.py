"""Buckets forget."""

from collections.abc import Iterator
from typing import Any

from policies.framework.rule import Finding, Resource, Severity, Stack, StackRule
from policies.relations.buckets import BUCKETS, companions, missing

TYPES = (
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
    "aws:s3/bucketLifecycleConfigurationV2:BucketLifecycleConfigurationV2",
)
EXPIRES = {
    "expiration": "current versions",
    "noncurrentVersionExpiration": "old versions",
    "abortIncompleteMultipartUpload": "broken multipart uploads",
}
WHY = "it is paid for, and kept, for ever"


def check(bucket: Resource, stack: Stack) -> Iterator[Finding]:
    """A finding for each of current versions, old ones and broken uploads that no enabled rule ends."""
    configurations = companions(bucket, stack, *TYPES)
    if not configurations:
        yield from missing("lifecycle configuration", WHY, "Add a BucketLifecycleConfiguration.")
        return
    rules = [rule for each in configurations for rule in each.read("rules") or [] if _is_for_all(rule)]
    for path, what in EXPIRES.items():
        if not any(rule.get(path) for rule in rules):
            yield Finding(f"no {path}", f"no enabled rule for all objects ends {what}", WHY, f"Add `{path}`.")


def _is_for_all(rule: dict[str, Any]) -> bool:
    return rule.get("status") == "Enabled" and not any((rule.get("filter") or {}).values()) and not rule.get("prefix")


RULE = StackRule(
    __name__,
    description="An S3 bucket's lifecycle ends current versions, old versions and broken multipart uploads.",
    severity=Severity.LOW,
    documentation="https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lifecycle-mgmt.html",
    controls=["S3.13"],
    types=BUCKETS,
    check=check,
)
