"""Keys are rotated."""

from collections.abc import Iterator

from policies.framework.property import wrong
from policies.framework.rule import Finding, Resource, ResourceRule, Severity


def check(key: Resource) -> Iterator[Finding]:
    """A finding unless a symmetric key rotates; KMS can't rotate others."""
    if key.read("customerMasterKeySpec") not in (None, "SYMMETRIC_DEFAULT"):
        return
    if key.read("enableKeyRotation") is not True:
        why = "whoever once got hold of the key material can read what is encrypted for ever"
        yield wrong("enableKeyRotation", key.read("enableKeyRotation"), why, "Set it to true.")


RULE = ResourceRule(
    __name__,
    description="A symmetric KMS key is rotated every year.",
    severity=Severity.MEDIUM,
    documentation="https://docs.aws.amazon.com/kms/latest/developerguide/rotate-keys.html",
    controls=["AwsSolutions-KMS5"],
    types=["aws:kms/key:Key"],
    check=check,
)
