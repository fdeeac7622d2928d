"""Buckets: private, versioned, encrypted, over TLS alone, and nothing in them for ever."""

from collections.abc import Iterator

from operations.validation.deployed import Deployed
from operations.validation.documents import refuses_without_tls
from operations.validation.examination import Examined, elements, examine_each, shows
from operations.validation.finding import Fact, Finding, equals, holds
from shared.model import Bucket

BLOCKED = ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets")


def examine(deployed: Deployed) -> Iterator[Finding]:
    """Findings on every bucket."""
    buckets = elements(deployed, lambda system: system.buckets, lambda _, bucket: deployed.naming.name(bucket))
    return examine_each(buckets, (_at_rest, _public, _lifecycle, _transport))


@shows("MD-1")
def _at_rest(bucket: Examined[Bucket]) -> Iterator[Fact]:
    found = bucket.ask("s3", "get_bucket_encryption", Bucket=bucket.name)["ServerSideEncryptionConfiguration"]
    kinds = [rule["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"] for rule in found["Rules"]]
    yield equals("encryption", kinds, ["AES256"])
    yield equals("versioning", bucket.ask("s3", "get_bucket_versioning", Bucket=bucket.name).get("Status"), "Enabled")


@shows("MD-1")
def _public(bucket: Examined[Bucket]) -> Iterator[Fact]:
    found = bucket.ask("s3", "get_public_access_block", Bucket=bucket.name)["PublicAccessBlockConfiguration"]
    for name in BLOCKED:
        yield equals(name, found.get(name, False), True)


@shows("MD-1")
def _lifecycle(bucket: Examined[Bucket]) -> Iterator[Fact]:
    rules = bucket.ask("s3", "get_bucket_lifecycle_configuration", Bucket=bucket.name)["Rules"]
    days = bucket.element.expiration_days
    whole = [rule for rule in rules if rule["Status"] == "Enabled" and not rule.get("Filter", {}).get("Prefix")]
    yield holds("rule for all objects", len(whole) == 1, len(whole), "one")
    for rule in whole:
        yield equals("objects gone after days", rule.get("Expiration", {}).get("Days"), days)
        old = rule.get("NoncurrentVersionExpiration", {}).get("NoncurrentDays")
        yield equals("old versions gone after days", old, days)
        broken = rule.get("AbortIncompleteMultipartUpload", {}).get("DaysAfterInitiation")
        yield equals("broken uploads gone after days", broken, days)


@shows("MD-1")
def _transport(bucket: Examined[Bucket]) -> Iterator[Fact]:
    policy = bucket.ask("s3", "get_bucket_policy", Bucket=bucket.name)["Policy"]
    arn = bucket.deployed.naming.arn(bucket.element)
    well = all(refuses_without_tls(policy, ["s3:*"], resource) for resource in (arn, f"{arn}/*"))
    yield holds("TLS only", well, well, "a deny of s3:* to everybody without TLS")
