"""KMS keys, ciphertexts and secret parameters."""

from typing import Any

from tests.policies.case import ROOT, Bad, Cases, Good, allow, document

KEY = "aws:kms/key:Key"
CIPHERTEXT = "aws:kms/ciphertext:Ciphertext"
PARAMETER = "aws:ssm/parameter:Parameter"
REPAIRS = [
    "kms:DescribeKey",
    "kms:GetKeyPolicy",
    "kms:PutKeyPolicy",
    "kms:ScheduleKeyDeletion",
    "kms:CancelKeyDeletion",
]


def administered(actions: Any, **more: Any) -> dict[str, Any]:
    return {"policy": document(allow(actions, "*", Principal={"AWS": ROOT}, **more))}


CASES = {
    "kms-rotation": Cases(
        good=(
            Good(KEY, {"enableKeyRotation": True}),
            Good(KEY, {"customerMasterKeySpec": "RSA_4096"}),
        ),
        bad=(
            Bad(KEY, {}, "enableKeyRotation absent"),
            Bad(KEY, {"customerMasterKeySpec": "SYMMETRIC_DEFAULT"}, "enableKeyRotation absent"),
            Bad(KEY, {"enableKeyRotation": False}, "enableKeyRotation False"),
        ),
    ),
    "kms-deletion-window": Cases(
        good=(
            Good(KEY, {"deletionWindowInDays": 7}),
            Good(KEY, {"deletionWindowInDays": 30}, settings={"days": 30.0}),
        ),
        bad=(
            Bad(KEY, {}, "deletionWindowInDays absent"),
            Bad(KEY, {"deletionWindowInDays": 30}, "deletionWindowInDays 30"),
        ),
    ),
    "kms-no-lock-out": Cases(
        good=(
            Good(KEY, administered(REPAIRS)),
            Good(KEY, administered("kms:*")),
            Good(KEY, {"description": "under AWS's default policy"}),
        ),
        bad=(
            Bad(KEY, administered(REPAIRS[:-1]), "account lacks kms:cancelkeydeletion"),
            Bad(
                KEY,
                administered(REPAIRS, Condition={"Bool": {"aws:MultiFactorAuthPresent": "true"}}),
                f"account lacks {', '.join(REPAIRS).lower()}",
            ),
            Bad(
                KEY,
                {"policy": document(allow(REPAIRS, "*", Principal={"AWS": "arn:aws:iam::123456789012:role/one"}))},
                f"account lacks {', '.join(REPAIRS).lower()}",
            ),
            Bad(KEY, {"bypassPolicyLockoutSafetyCheck": True}, "bypassPolicyLockoutSafetyCheck True"),
        ),
    ),
    "kms-ciphertext-context": Cases(
        good=(Good(CIPHERTEXT, {"context": {"system": "orders"}}),),
        bad=(
            Bad(CIPHERTEXT, {"context": {}}, "no context"),
            Bad(CIPHERTEXT, {}, "no context"),
        ),
    ),
    "ssm-secure-strings": Cases(
        good=(
            Good(PARAMETER, {"name": "/orders/webhook-secrets-dev", "type": "SecureString"}),
            Good(PARAMETER, {"name": "/orders/endpoint-dev", "type": "String"}),
            Good(PARAMETER, {"name": "/orders/token-dev", "type": "String"}, settings={"secret": "pin"}),
        ),
        bad=(
            Bad(PARAMETER, {"name": "/orders/Webhook-Secrets-dev", "type": "String"}, "type String"),
            Bad(PARAMETER, {"name": "/orders/apiKey", "type": "StringList"}, "type StringList"),
        ),
    ),
}
