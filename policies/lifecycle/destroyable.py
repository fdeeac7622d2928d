"""Everything can be destroyed."""

from collections.abc import Iterator

from policies.framework.property import wrong
from policies.framework.rule import Finding, Resource, ResourceRule, Severity

# What keeps a resource when its stack goes, and the value that does not.
KEEPS = {
    "deletionProtection": False,
    "deletionProtectionEnabled": False,
    "disableApiTermination": False,
    "skipDestroy": False,
}
BUCKETS = ("aws:s3/bucket:Bucket", "aws:s3/bucketV2:BucketV2")
WHY = "an environment that can't be taken down is not one that can be made again"


def check(resource: Resource) -> Iterator[Finding]:
    """A finding where the engine protects a resource, a property does, or a bucket does not empty itself."""
    if resource.is_protected:
        yield Finding("protected", "its options protect it", WHY, "Remove `protect`.")
    for path, harmless in KEEPS.items():
        if resource.read(path) not in (None, harmless):
            yield wrong(path, resource.read(path), WHY, f"Set it to {str(harmless).lower()}.")
    if resource.type in BUCKETS and resource.read("forceDestroy") is not True:
        yield wrong("forceDestroy", resource.read("forceDestroy"), WHY, "Set it to true.")


RULE = ResourceRule(
    __name__,
    description="Nothing is protected against destruction, and buckets empty themselves.",
    severity=Severity.LOW,
    documentation="https://docs.aws.amazon.com/wellarchitected/latest/operational-excellence-pillar/ops_dev_integ_multi_env.html",
    check=check,
)
