"""Buckets say how they encrypt."""

from collections.abc import Iterator

from policies.framework.property import wrong
from policies.framework.rule import Finding, Resource, Severity, Stack, StackRule
from policies.relations.buckets import BUCKETS, companions, missing

ALGORITHM = "applyServerSideEncryptionByDefault.sseAlgorithm"
ALGORITHMS = ("AES256", "aws:kms", "aws:kms:dsse")
TYPES = (
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
    "aws:s3/bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2",
)


def check(bucket: Resource, stack: Stack) -> Iterator[Finding]:
    """A finding unless a configuration names an algorithm in each of its rules."""
    configurations = companions(bucket, stack, *TYPES)
    if not configurations:
        why = "what S3 does by itself is nobody's decision, and changes without one"
        yield from missing("encryption configuration", why, "Add a BucketServerSideEncryptionConfiguration.")
    for configuration in configurations:
        rules = configuration.read("rules") or []
        if not rules:
            yield wrong("rules", None, "it configures nothing", "Add a rule that names an algorithm.")
        for number in range(len(rules)):
            path = f"rules.{number}.{ALGORITHM}"
            if (found := configuration.read(path)) not in ALGORITHMS:
                yield wrong(path, found, "it is none that S3 encrypts by", f"Say one of {', '.join(ALGORITHMS)}.")


RULE = StackRule(
    __name__,
    description="An S3 bucket has an encryption configuration.",
    severity=Severity.MEDIUM,
    documentation="https://docs.aws.amazon.com/AmazonS3/latest/userguide/default-bucket-encryption.html",
    types=BUCKETS,
    check=check,
)
