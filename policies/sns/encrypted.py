"""Topics are encrypted."""

from collections.abc import Iterator

from policies.framework.property import wrong
from policies.framework.rule import Finding, Resource, ResourceRule, Severity


def check(topic: Resource) -> Iterator[Finding]:
    """A finding unless the topic is under a KMS key."""
    if not topic.read("kmsMasterKeyId"):
        why = "what is published is stored as it is until it is delivered"
        yield wrong("kmsMasterKeyId", None, why, "Name a key; where services publish, one whose policy lets them.")


RULE = ResourceRule(
    __name__,
    description="An SNS topic is encrypted at rest.",
    severity=Severity.HIGH,
    documentation="https://docs.aws.amazon.com/sns/latest/dg/sns-server-side-encryption.html",
    types=["aws:sns/topic:Topic"],
    check=check,
)
