"""A customer-managed KMS key and its alias."""

from collections.abc import Iterator

import pulumi
import pulumi_aws as aws

from shared.key_use import key_uses, via_service
from shared.model import Key as Description
from shared.policy_document import Conditions, Statement, policy_json
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


# What DynamoDB and Lambda do with a key in the name of who deploys a table or a function under it.
THROUGH_A_SERVICE = (
    "kms:CreateGrant",
    "kms:Decrypt",
    "kms:Encrypt",
    "kms:GenerateDataKey",
    "kms:ReEncryptFrom",
    "kms:ReEncryptTo",
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
            policy=policy_json(_statements(scope, key)),
            tags=scope.tags,
            opts=child,
        )
        alias = aws.kms.Alias(key.name, name=scope.naming.key_alias(key), target_key_id=made.key_id, opts=child)
        self.outputs = {"id": made.key_id, "arn": made.arn, "alias": alias.name}
        self.register_outputs(self.outputs)


def _statements(scope: Scope, key: Description) -> Iterator[Statement]:
    """The account administers; whom it lets use the key, its roles' policies say, and only for the uses named here."""
    naming = scope.naming
    # In a key policy, and only there, "*" means the key itself.
    account = {"AWS": f"arn:{naming.partition}:iam::{naming.account_id}:root"}
    yield Statement(sid="Administration", principals=account, actions=ADMINISTRATION, resources=("*",))
    for sid, actions, conditions in (
        ("EncryptsSecrets", ("kms:Encrypt",), _of_secrets(scope, key)),
        ("UsedThroughServices", THROUGH_A_SERVICE, _through_services(scope, key)),
        ("UsedByFunctions", *_by_functions(scope, key)),
    ):
        if conditions:
            yield Statement(sid=sid, principals=account, actions=actions, resources=("*",), conditions=conditions)
    for service in key.used_by:
        yield Statement(
            sid=f"UsedBy{service.partition('.')[0].capitalize()}",
            principals={"Service": service},
            actions=("kms:Decrypt", "kms:GenerateDataKey"),
            resources=("*",),
            conditions={"StringEquals": {"aws:SourceAccount": naming.account_id}},
        )


def _of_secrets(scope: Scope, key: Description) -> Conditions:
    if not any(ciphertext.key == key for ciphertext in scope.system.ciphertexts):
        return {}
    return {"StringEquals": {"kms:EncryptionContext:system": scope.system.name}}


def _through_services(scope: Scope, key: Description) -> Conditions:
    system = scope.system
    users = {
        "dynamodb": any(table.key == key for table in system.tables),
        "lambda": any(function.environment_key == key for function in system.functions),
    }
    services = [via_service(scope.naming, service) for service, uses in users.items() if uses]
    return {"StringEquals": {"kms:ViaService": services}} if services else {}


def _by_functions(scope: Scope, key: Description) -> tuple[tuple[str, ...], Conditions]:
    uses = [
        (function, use)
        for function in scope.system.functions
        for use in key_uses(scope.naming, scope.settings.environment, scope.system, function)
        if use.key == key
    ]
    actions = sorted({action for _, use in uses for action in use.actions})
    roles = sorted({scope.naming.arn(function.role) for function, _ in uses})
    return tuple(actions), {"ArnEquals": {"aws:PrincipalArn": roles}} if roles else {}
