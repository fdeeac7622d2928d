"""A DynamoDB table."""

from collections.abc import Iterator

import pulumi
import pulumi_aws as aws

from shared.model import IndexKey
from shared.model import Table as Description
from shared.scope import Scope


class Table(pulumi.ComponentResource):
    """A table on demand, encrypted, with point-in-time recovery; `outputs` are its name, ARN and stream's ARN."""

    outputs: dict[str, pulumi.Output[str]]

    def __init__(self, scope: Scope, table: Description) -> None:
        super().__init__(scope.component_type("Table"), table.name)
        made = aws.dynamodb.Table(
            table.name,
            name=scope.naming.name(table),
            billing_mode="PAY_PER_REQUEST",
            hash_key=table.partition_key.name,
            range_key=table.sort_key.name if table.sort_key else None,
            attributes=[{"name": key.name, "type": key.type.value} for key in table.key_attributes()],
            global_secondary_indexes=[_index(key) for key in table.indexes],
            stream_enabled=table.stream is not None,
            stream_view_type=table.stream.value if table.stream else None,
            ttl={"attribute_name": table.time_to_live, "enabled": True} if table.time_to_live else None,
            point_in_time_recovery={"enabled": True},
            server_side_encryption=_encryption(scope, table),
            deletion_protection_enabled=False,
            tags=scope.tags,
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.outputs = {"name": made.name, "arn": made.arn}
        if table.stream:
            self.outputs["stream_arn"] = made.stream_arn
        self.register_outputs(self.outputs)


def _encryption(scope: Scope, table: Description) -> aws.dynamodb.TableServerSideEncryptionArgs:
    key_arn = scope.upstream(table.key, "arn") if table.key else None
    return aws.dynamodb.TableServerSideEncryptionArgs(enabled=True, kms_key_arn=key_arn)


def _index(key: IndexKey) -> aws.dynamodb.TableGlobalSecondaryIndexArgs:
    return aws.dynamodb.TableGlobalSecondaryIndexArgs(
        name=key.name,
        key_schemas=list(_key_schemas(key)),
        projection_type=_projection(key),
        non_key_attributes=list(key.projects) if key.projects else None,
    )


def _key_schemas(key: IndexKey) -> Iterator[aws.dynamodb.TableGlobalSecondaryIndexKeySchemaArgs]:
    # An index's hash_key and range_key say the same and are deprecated.
    for attribute, kind in ((key.partition_key, "HASH"), (key.sort_key, "RANGE")):
        if attribute:
            yield aws.dynamodb.TableGlobalSecondaryIndexKeySchemaArgs(attribute_name=attribute.name, key_type=kind)


def _projection(key: IndexKey) -> str:
    if key.projects is None:
        return "ALL"
    return "INCLUDE" if key.projects else "KEYS_ONLY"
