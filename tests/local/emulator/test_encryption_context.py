"""Gaps: a grant bound to an encryption context holds for it alone; a condition on the principal names its role."""

import base64
import json
from typing import Any

from tests.local.emulator.cloud import Cloud

CONTEXT = {"system": "corner-shop", "secret": "courier-token"}

DECRYPTS = """
import base64, boto3
def handler(event, context):
    blob, said = base64.b64decode(event['blob']), event['context']
    return boto3.client('kms').decrypt(CiphertextBlob=blob, EncryptionContext=said)['Plaintext'].decode()
"""


def bound(arn: str) -> dict[str, Any]:
    """A grant to decrypt with the key in one context."""
    conditions = {"StringEquals": {f"kms:EncryptionContext:{name}": value for name, value in CONTEXT.items()}}
    return {"Effect": "Allow", "Action": "kms:Decrypt", "Resource": arn, "Condition": conditions}


def decrypted(cloud: Cloud, context: dict[str, str], *, known: bool = True) -> tuple[Any, str | None]:
    """What a function gets that is granted the one context, where the key's policy knows its role or another."""
    kms = cloud.client("kms")
    key = kms.create_key()["KeyMetadata"]
    role = cloud.role(bound(key["Arn"]))
    account = {"AWS": f"arn:aws:iam::{key['Arn'].split(':')[4]}:root"}
    known_role = {"ArnEquals": {"aws:PrincipalArn": role if known else f"{role}-other"}}
    statements = [
        {"Effect": "Allow", "Principal": account, "Action": ["kms:PutKeyPolicy", "kms:Encrypt"], "Resource": "*"},
        {"Effect": "Allow", "Principal": account, "Action": "kms:Decrypt", "Resource": "*", "Condition": known_role},
    ]
    policy = json.dumps({"Version": "2012-10-17", "Statement": statements})
    kms.put_key_policy(KeyId=key["KeyId"], PolicyName="default", Policy=policy)
    said = kms.encrypt(KeyId=key["KeyId"], Plaintext=b"a token", EncryptionContext=context)
    blob = base64.b64encode(said["CiphertextBlob"]).decode()
    return cloud.invoke(cloud.function(DECRYPTS, role=role, Timeout=20), {"blob": blob, "context": context})


def test_the_context_that_is_granted_decrypts(cloud: Cloud, plain_cloud: Cloud) -> None:
    assert decrypted(cloud, CONTEXT) == ("a token", None)
    assert decrypted(plain_cloud, CONTEXT)[1] == "Unhandled"


def test_another_context_does_not(cloud: Cloud) -> None:
    payload, _ = decrypted(cloud, {**CONTEXT, "secret": "another"})
    assert "(AccessDeniedException) when calling the Decrypt operation" in payload["errorMessage"]


def test_a_role_that_the_keys_policy_does_not_know_decrypts_nothing(cloud: Cloud) -> None:
    payload, _ = decrypted(cloud, CONTEXT, known=False)
    assert "(AccessDeniedException) when calling the Decrypt operation" in payload["errorMessage"]
