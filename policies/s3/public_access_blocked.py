"""Buckets are private."""

from collections.abc import Iterator

from policies.framework.property import wrong
from policies.framework.rule import Finding, Resource, Severity, Stack, StackRule
from policies.relations.buckets import BUCKETS, companions, missing

TYPE = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"
BLOCKS = ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")
WHY = "one policy or one list on one object opens it to everybody"


def check(bucket: Resource, stack: Stack) -> Iterator[Finding]:
    """A finding unless all four blocks are on."""
    found = companions(bucket, stack, TYPE)
    if not found:
        yield from missing("public access block", WHY, "Add a BucketPublicAccessBlock with all four blocks on.")
    for block in found:
        for path in BLOCKS:
            if block.read(path) is not True:
                yield wrong(path, block.read(path), WHY, "Set it to true.")


RULE = StackRule(
    __name__,
    description="An S3 bucket blocks public access in all four ways.",
    severity=Severity.CRITICAL,
    documentation="https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html",
    controls=["AwsSolutions-S2", "S3.8"],
    types=BUCKETS,
    check=check,
)
