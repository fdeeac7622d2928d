"""Buckets are opened by policies alone."""

from collections.abc import Iterator

from policies.framework.property import wrong
from policies.framework.rule import Finding, Resource, ResourceRule, Severity

WHY = "access lists are a second way in, beside the policy that people read"


def check(resource: Resource) -> Iterator[Finding]:
    """A finding for each access list but the private one."""
    for path in ("acl", "accessControlPolicy"):
        if (found := resource.read(path)) not in (None, "private"):
            yield wrong(path, found if path == "acl" else "there", WHY, "Remove it, and write a bucket policy.")


RULE = ResourceRule(
    __name__,
    description="No access control list opens an S3 bucket.",
    severity=Severity.HIGH,
    documentation="https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html",
    controls=["S3.12"],
    types=["aws:s3/bucket:Bucket", "aws:s3/bucketAcl:BucketAcl", "aws:s3/bucketAclV2:BucketAclV2"],
    check=check,
)
