"""A customer-managed KMS key and its alias."""

import pulumi
import pulumi_aws as aws

from shared.model import Key as Description
from shared.naming import Naming
from shared.policy_document import Statement, policy_json
from shared.scope import Scope

# The shortest that KMS allows, in days: everything is destroyable.
DELETION_WINDOW = 7

# Named one by one, so that no wildcard stands for what nobody meant; enough not to lock the account out of its key.
ADMINISTRATION = (
    "kms:CancelKeyDeletion",
    "kms:CreateAlias",
    "kms:DeleteAlias",
    "kms:DescribeKey",
    "kms:DisableKey",
    "kms:EnableKey",
    "kms:EnableKeyRotation",
    "kms:GetKeyPolicy",
    "kms:GetKeyRotationStatus",
    "kms:ListResourceTags",
    "kms:PutKeyPolicy",
    "kms:ScheduleKeyDeletion",
    "kms:TagResource",
    "kms:UntagResource",
    "kms:UpdateAlias",
    "kms:UpdateKeyDescription",
)


class Key(pulumi.ComponentResource):
    """A symmetric key, rotated each year; `outputs` are its id, its ARN and its alias."""

    outputs: dict[str, pulumi.Output[str]]

    def __init__(self, scope: Scope, key: Description) -> None:
        super().__init__(scope.component_type("Key"), key.name)
        child = pulumi.ResourceOptions(parent=self)
        made = aws.kms.Key(
            key.name,
            description=f"Key {scope.naming.suffixed(key.name)} of {scope.system.name}",
            enable_key_rotation=True,
            deletion_window_in_days=DELETION_WINDOW,
            policy=policy_json(_statements(scope.naming, key)),
            tags=scope.tags,
            opts=child,
        )
        alias = aws.kms.Alias(key.name, name=scope.naming.key_alias(key), target_key_id=made.key_id, opts=child)
        self.outputs = {"id": made.key_id, "arn": made.arn, "alias": alias.name}
        self.register_outputs(self.outputs)


def _statements(naming: Naming, key: Description) -> list[Statement]:
    # In a key policy, and only there, "*" means the key itself.
    account = {"AWS": f"arn:{naming.partition}:iam::{naming.account_id}:root"}
    administration = Statement(sid="Administration", principals=account, actions=ADMINISTRATION, resources=("*",))
    services = [
        Statement(
            sid=f"UsedBy{service.partition('.')[0].capitalize()}",
            principals={"Service": service},
            actions=("kms:Decrypt", "kms:GenerateDataKey"),
            resources=("*",),
            conditions={"StringEquals": {"aws:SourceAccount": naming.account_id}},
        )
        for service in key.used_by
    ]
    return [administration, *services]
