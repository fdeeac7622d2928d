"""Buckets are reached over TLS alone."""

from collections.abc import Iterator

from policies.framework.rule import Finding, Resource, Severity, Stack, StackRule
from policies.relations.buckets import BUCKETS
from policies.relations.tls import check_tls_only


def check(bucket: Resource, stack: Stack) -> Iterator[Finding]:
    """A finding unless a policy denies every action on bucket and objects without TLS."""
    return check_tls_only(
        bucket,
        stack,
        policy_type="aws:s3/bucketPolicy:BucketPolicy",
        reference="bucket",
        actions=["s3:*"],
        parts=["", "/*"],
    )


RULE = StackRule(
    __name__,
    description="An S3 bucket's policy denies everything on it and its objects that does not come over TLS.",
    severity=Severity.HIGH,
    documentation="https://docs.aws.amazon.com/AmazonS3/latest/userguide/security-best-practices.html",
    controls=["AwsSolutions-S10", "S3.5"],
    types=BUCKETS,
    check=check,
)
