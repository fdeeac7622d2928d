"""An S3 bucket."""

import pulumi
import pulumi_aws as aws

from shared.model import Bucket as Description
from shared.policy_document import policy_json, tls_only
from shared.scope import Scope


class Bucket(pulumi.ComponentResource):
    """A bucket that is private, versioned, encrypted by S3's keys and emptied on destroy; `outputs`: name and ARN."""

    outputs: dict[str, pulumi.Output[str]]

    def __init__(self, scope: Scope, bucket: Description) -> None:
        super().__init__(scope.component_type("Bucket"), bucket.name)
        self._description = bucket
        self._child = pulumi.ResourceOptions(parent=self)
        self._made = aws.s3.Bucket(
            bucket.name, bucket=scope.naming.name(bucket), force_destroy=True, tags=scope.tags, opts=self._child
        )
        self._shut(scope)
        self._version_and_expire()
        self.outputs = {"name": self._made.bucket, "arn": self._made.arn}
        self.register_outputs(self.outputs)

    def _shut(self, scope: Scope) -> None:
        name, bucket = self._description.name, self._made.bucket
        aws.s3.BucketPublicAccessBlock(
            name,
            bucket=bucket,
            block_public_acls=True,
            block_public_policy=True,
            ignore_public_acls=True,
            restrict_public_buckets=True,
            opts=self._child,
        )
        aws.s3.BucketServerSideEncryptionConfiguration(
            name,
            bucket=bucket,
            rules=[{"apply_server_side_encryption_by_default": {"sse_algorithm": "AES256"}}],
            opts=self._child,
        )
        arn = scope.naming.arn(self._description)
        policy = policy_json([tls_only(arn, ("s3:*",)), tls_only(f"{arn}/*", ("s3:*",), sid="TlsOnlyForObjects")])
        aws.s3.BucketPolicy(name, bucket=bucket, policy=policy, opts=self._child)

    def _version_and_expire(self) -> None:
        name, bucket, days = self._description.name, self._made.bucket, self._description.expiration_days
        versioning = aws.s3.BucketVersioning(
            name, bucket=bucket, versioning_configuration={"status": "Enabled"}, opts=self._child
        )
        aws.s3.BucketLifecycleConfiguration(
            name,
            bucket=bucket,
            rules=[
                {
                    "id": "expire",
                    "status": "Enabled",
                    "filter": {"prefix": ""},
                    "expiration": {"days": days},
                    "noncurrent_version_expiration": {"noncurrent_days": days},
                    "abort_incomplete_multipart_upload": {"days_after_initiation": days},
                }
            ],
            # A rule on old versions means nothing before there are any.
            opts=pulumi.ResourceOptions(parent=self, depends_on=[versioning]),
        )
