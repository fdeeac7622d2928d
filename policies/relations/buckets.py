"""The resources that say one thing each of a bucket."""

from collections.abc import Iterator
from typing import Final

from policies.framework.resource import Resource
from policies.framework.rule import Finding
from policies.framework.stack import Stack

BUCKETS: Final = ("aws:s3/bucket:Bucket", "aws:s3/bucketV2:BucketV2")


def companions(bucket: Resource, stack: Stack, *types: str) -> list[Resource]:
    """The resources of the types that name the bucket; a type was renamed between major versions of the provider."""
    return [one for each in types for one in stack.naming(bucket, each, "bucket")]


def missing(what: str, why: str, repair: str) -> Iterator[Finding]:
    """The finding that the stack says nothing of something about a bucket."""
    yield Finding(f"no {what}", f"the stack has no {what} for it", why, repair)
