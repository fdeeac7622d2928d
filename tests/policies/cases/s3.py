"""Buckets."""

from typing import Any

from tests.policies.case import Bad, Cases, Good, denial_of_plain_transport, document, peer

BUCKET = "aws:s3/bucket:Bucket"
ENCRYPTION = "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"
VERSIONING = "aws:s3/bucketVersioning:BucketVersioning"
LIFECYCLE = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration"
BLOCK = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"
POLICY = "aws:s3/bucketPolicy:BucketPolicy"
ACL = "aws:s3/bucketAcl:BucketAcl"

DATA = {"bucket": "data-dev"}
BOTH = ["arn:aws:s3:::data-dev", "arn:aws:s3:::data-dev/*"]
ALL_BLOCKS = {
    "blockPublicAcls": True,
    "blockPublicPolicy": True,
    "ignorePublicAcls": True,
    "restrictPublicBuckets": True,
}
RULE: dict[str, Any] = {
    "status": "Enabled",
    "filter": {"prefix": ""},
    "expiration": {"days": 30},
    "noncurrentVersionExpiration": {"noncurrentDays": 30},
    "abortIncompleteMultipartUpload": {"daysAfterInitiation": 7},
}


def of_it(type_: str, **properties: Any) -> Any:
    return peer(type_, {"bucket": "data-dev", **properties})


def encrypted_by(algorithm: str | None) -> Any:
    return of_it(ENCRYPTION, rules=[{"applyServerSideEncryptionByDefault": {"sseAlgorithm": algorithm}}])


def lacking(name: str) -> dict[str, Any]:
    return {key: value for key, value in RULE.items() if key != name}


CASES = {
    "s3-encrypted": Cases(
        good=(
            Good(BUCKET, DATA, peers=(encrypted_by("AES256"),)),
            Good(BUCKET, DATA, peers=(encrypted_by("aws:kms"),)),
        ),
        bad=(
            Bad(BUCKET, DATA, "no encryption configuration"),
            Bad(BUCKET, DATA, "rules absent", peers=(of_it(ENCRYPTION, rules=[]),)),
            Bad(BUCKET, DATA, "rules absent", peers=(of_it(ENCRYPTION),)),
            Bad(
                BUCKET,
                DATA,
                "rules.0.applyServerSideEncryptionByDefault.sseAlgorithm absent",
                peers=(encrypted_by(None),),
            ),
        ),
    ),
    "s3-versioned": Cases(
        good=(Good(BUCKET, DATA, peers=(of_it(VERSIONING, versioningConfiguration={"status": "Enabled"}),)),),
        bad=(
            Bad(BUCKET, DATA, "no versioning"),
            Bad(
                BUCKET,
                DATA,
                "versioningConfiguration.status Suspended",
                peers=(of_it(VERSIONING, versioningConfiguration={"status": "Suspended"}),),
            ),
        ),
    ),
    "s3-lifecycle": Cases(
        good=(
            Good(BUCKET, DATA, peers=(of_it(LIFECYCLE, rules=[RULE]),)),
            Good(
                BUCKET,
                DATA,
                peers=(
                    of_it(LIFECYCLE, rules=[lacking("expiration"), {"status": "Enabled", "expiration": {"days": 1}}]),
                ),
            ),
        ),
        bad=(
            Bad(BUCKET, DATA, "no lifecycle configuration"),
            *(
                Bad(BUCKET, DATA, f"no {name}", peers=(of_it(LIFECYCLE, rules=[lacking(name)]),))
                for name in ("expiration", "noncurrentVersionExpiration", "abortIncompleteMultipartUpload")
            ),
            Bad(BUCKET, DATA, "no expiration", peers=(of_it(LIFECYCLE, rules=[{**RULE, "status": "Disabled"}]),)),
            Bad(BUCKET, DATA, "no expiration", peers=(of_it(LIFECYCLE, rules=[{**RULE, "filter": {"prefix": "a/"}}]),)),
            Bad(BUCKET, DATA, "no expiration", peers=(of_it(LIFECYCLE, rules=[{**RULE, "prefix": "a/"}]),)),
        ),
    ),
    "s3-public-access-blocked": Cases(
        good=(Good(BUCKET, DATA, peers=(of_it(BLOCK, **ALL_BLOCKS),)),),
        bad=(
            Bad(BUCKET, DATA, "no public access block"),
            *(
                Bad(BUCKET, DATA, f"{name} False", peers=(of_it(BLOCK, **{**ALL_BLOCKS, name: False}),))
                for name in ALL_BLOCKS
            ),
        ),
    ),
    "s3-tls-only": Cases(
        good=(
            Good(
                BUCKET,
                DATA,
                peers=(of_it(POLICY, policy=document(denial_of_plain_transport("s3:*", BOTH))),),
            ),
        ),
        bad=(
            Bad(BUCKET, DATA, "plain transport"),
            Bad(
                BUCKET,
                DATA,
                "plain transport to /*",
                peers=(of_it(POLICY, policy=document(denial_of_plain_transport("s3:*", BOTH[0]))),),
            ),
            Bad(
                BUCKET,
                DATA,
                "plain transport",
                peers=(of_it(POLICY, policy=document(denial_of_plain_transport("s3:*", BOTH[1]))),),
            ),
            Bad(
                BUCKET,
                DATA,
                "plain transport to /*",
                peers=(
                    of_it(
                        POLICY,
                        policy=document(denial_of_plain_transport("s3:*", [BOTH[0], "arn:aws:s3:::another/*"])),
                    ),
                ),
            ),
        ),
    ),
    "s3-no-access-lists": Cases(
        good=(Good(BUCKET, DATA), Good(ACL, {"acl": "private"})),
        bad=(
            Bad(ACL, {"acl": "public-read"}, "acl public-read"),
            Bad(BUCKET, {"acl": "log-delivery-write"}, "acl log-delivery-write"),
            Bad(ACL, {"accessControlPolicy": {"owner": {"id": "1"}}}, "accessControlPolicy there"),
        ),
    ),
}
