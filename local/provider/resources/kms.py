"""KMS: keys, aliases, and ciphertexts made at deployment."""

import base64
from typing import Any

from local.provider.calls import call, found_or_none
from local.provider.schema import Change, Description, Field, Part, ResourceType, Tagging
from local.provider.session import Session
from local.provider.values import Properties

GONE = {"PendingDeletion", "PendingReplicaDeletion"}


def _read_key(session: Session, state: Properties) -> Description | None:
    key = {"KeyId": state["id"]}
    response = found_or_none(session, "kms", "describe_key", **key)
    if response is None or response["KeyMetadata"].get("KeyState") in GONE:
        return None
    rotation = call(session, "kms", "get_key_rotation_status", **key)
    policy = call(session, "kms", "get_key_policy", **key, PolicyName="default")["Policy"]
    return {**response["KeyMetadata"], "Policy": policy, "Rotation": rotation}


def _update_key(change: Change) -> None:
    session, key = change.session, {"KeyId": change.id}
    if change.changed("description"):
        call(session, "kms", "update_key_description", **key, Description=change.new.get("description", ""))
    if change.changed("policy") and change.new.get("policy"):
        call(session, "kms", "put_key_policy", **key, PolicyName="default", Policy=change.new["policy"])


def _rotate(change: Change) -> None:
    key = {"KeyId": change.id}
    if not change.new.get("enableKeyRotation"):
        call(change.session, "kms", "disable_key_rotation", **key)
        return
    period = change.new.get("rotationPeriodInDays")
    extra = {"RotationPeriodInDays": period} if period else {}
    call(change.session, "kms", "enable_key_rotation", **key, **extra)


def _enable(change: Change) -> None:
    call(change.session, "kms", "enable_key" if change.new["isEnabled"] else "disable_key", KeyId=change.id)


def _delete_key(session: Session, state: Properties) -> None:
    window = state.get("deletionWindowInDays")
    extra: dict[str, Any] = {"PendingWindowInDays": window} if window else {}
    if _read_key(session, state) is not None:
        found_or_none(session, "kms", "schedule_key_deletion", KeyId=state["id"], **extra)


def _read_alias(session: Session, state: Properties) -> Description | None:
    pages = session.client("kms").get_paginator("list_aliases").paginate()
    found = next((alias for page in pages for alias in page["Aliases"] if alias["AliasName"] == state["id"]), None)
    if found is None:
        return None
    target, stated = found.get("TargetKeyId", ""), state.get("targetKeyId", "")
    # A program may state the key's id or its ARN; AWS answers the id.
    same_key = stated.rpartition("/")[2] == target
    arn = found.get("AliasArn", "").partition(":alias/")[0] + f":key/{target}"
    return {**found, "TargetKeyId": stated if same_key else target, "TargetKeyArn": arn}


def _encrypt(session: Session, inputs: Properties) -> Description:
    response = call(
        session,
        "kms",
        "encrypt",
        KeyId=inputs["keyId"],
        Plaintext=inputs["plaintext"].encode(),
        EncryptionContext=inputs.get("context", {}),
    )
    return {"CiphertextBlob": base64.b64encode(response["CiphertextBlob"]).decode()}


def _read_ciphertext(session: Session, state: Properties) -> Description | None:
    return {
        "KeyId": state["keyId"],
        "Plaintext": state["plaintext"],
        "EncryptionContext": state.get("context"),
        "ciphertextBlob": state.get("ciphertextBlob"),
    }


def _forget(session: Session, state: Properties) -> None:
    """A ciphertext is nowhere but in the state."""


ROWS = (
    ResourceType(
        pulumi_type="aws:kms/key:Key",
        service="kms",
        fields=(
            Field("description", computed=True),
            Field("policy", json=True, computed=True),
            Field("keyUsage", default="ENCRYPT_DECRYPT", force_new=True),
            Field("customerMasterKeySpec", member="KeySpec", default="SYMMETRIC_DEFAULT", force_new=True),
            Field("multiRegion", computed=True, force_new=True),
            Field("bypassPolicyLockoutSafetyCheck", default=False, write_only=True),
            Field("deletionWindowInDays", kind=int, limits=(7, 30), write_only=True),
            Field("enableKeyRotation", kind=bool, found="Rotation.KeyRotationEnabled", default=False),
            Field(
                "rotationPeriodInDays",
                operation="enable_key_rotation",
                found="Rotation.RotationPeriodInDays",
                computed=True,
            ),
            Field("isEnabled", kind=bool, found="Enabled", default=True),
        ),
        create="create_key",
        id="$.KeyMetadata.KeyId",
        key={"KeyId": "{id}"},
        read=_read_key,
        update=_update_key,
        delete=_delete_key,
        outputs={"arn": "Arn", "keyId": "KeyId"},
        parts=(Part(("enableKeyRotation", "rotationPeriodInDays"), _rotate), Part(("isEnabled",), _enable)),
        tagging=Tagging(
            on_create="Tags",
            tag="tag_resource",
            untag="untag_resource",
            arn=("KeyId", "{id}"),
            listed="list_resource_tags",
        ),
    ),
    ResourceType(
        pulumi_type="aws:kms/alias:Alias",
        service="kms",
        fields=(
            Field("name", member="AliasName", required=True, force_new=True, pattern=r"alias/(?!aws/)[a-zA-Z0-9/_-]+"),
            Field("targetKeyId", required=True),
        ),
        create="create_alias",
        id="{name}",
        identity=("name",),
        key={"AliasName": "{id}"},
        read=_read_alias,
        update="update_alias",
        delete="delete_alias",
        templates={"arn": "arn:{partition}:kms:{region}:{account}:{name}"},
        outputs={"targetKeyArn": "TargetKeyArn"},
        volatile={"targetKeyArn": ("targetKeyId",)},
    ),
    ResourceType(
        pulumi_type="aws:kms/ciphertext:Ciphertext",
        service="kms",
        shape="encrypt",
        fields=(
            Field("keyId", required=True, force_new=True),
            Field("plaintext", required=True, force_new=True, kind=str, found="Plaintext"),
            Field("context", member="EncryptionContext", force_new=True),
        ),
        create=_encrypt,
        id="{keyId}",
        key={},
        read=_read_ciphertext,
        delete=_forget,
        kept={"ciphertextBlob": "CiphertextBlob"},
        outputs={"ciphertextBlob": "ciphertextBlob"},
    ),
)
