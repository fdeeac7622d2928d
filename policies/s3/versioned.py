"""Buckets keep old versions."""

from collections.abc import Iterator

from policies.framework.property import wrong
from policies.framework.rule import Finding, Resource, Severity, Stack, StackRule
from policies.relations.buckets import BUCKETS, companions, missing

TYPES = ("aws:s3/bucketVersioning:BucketVersioning", "aws:s3/bucketVersioningV2:BucketVersioningV2")
PATH = "versioningConfiguration.status"


def check(bucket: Resource, stack: Stack) -> Iterator[Finding]:
    """A finding unless versioning is enabled."""
    versionings = companions(bucket, stack, *TYPES)
    if not versionings:
        yield from missing("versioning", "what is overwritten is gone", "Add a BucketVersioning that is Enabled.")
    for versioning in versionings:
        if (found := versioning.read(PATH)) != "Enabled":
            yield wrong(PATH, found, "what is overwritten is gone", "Set it to Enabled.")


RULE = StackRule(
    __name__,
    description="An S3 bucket keeps old versions of its objects.",
    severity=Severity.MEDIUM,
    documentation="https://docs.aws.amazon.com/AmazonS3/latest/userguide/Versioning.html",
    types=BUCKETS,
    check=check,
)
