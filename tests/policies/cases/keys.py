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


OTHER_KEYS = [
    f"aws:kms/{name[0].lower()}{name[1:]}:{name}" for name in ("ReplicaKey", "ExternalKey", "ReplicaExternalKey")
]
ONE = "arn:aws:iam::123456789012:role/one"
OF_OTHERS = {"ArnNotEquals": {"aws:PrincipalArn": ONE}}


def denied(actions: Any, principal: Any, condition: Any = None) -> dict[str, Any]:
    statement = {"Effect": "Deny", "Action": actions, "Resource": "*", "Principal": principal}
    return {**statement, "Condition": condition} if condition else statement


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
            *(
                Good(KEY, {"policy": document(allow(REPAIRS, "*", Principal={"AWS": ROOT}), denial)})
                for denial in (
                    denied("kms:Decrypt", "*"),
                    denied("kms:*", {"AWS": ONE}),
                    denied("kms:*", "*", {"Bool": {"aws:SecureTransport": "false"}}),
                    denied("kms:*", "*", {"StringNotEquals": {"kms:CallerAccount": "123456789012"}}),
                    denied("kms:*", "*", {"ArnNotLike": {"aws:PrincipalArn": [ONE, ROOT]}}),
                    {"Effect": "Deny", "NotAction": "kms:*", "Resource": "*", "Principal": "*"},
                    {"Effect": "Deny", "Action": "kms:*", "Resource": "*", "NotPrincipal": {"AWS": ["1", ROOT]}},
                )
            ),
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
            *(
                Bad(KEY, {"policy": document(allow(REPAIRS, "*", Principal={"AWS": ROOT}), denial)}, f"denied {what}")
                for denial, what in (
                    (denied("kms:*", "*"), ", ".join(REPAIRS).lower()),
                    (denied("kms:putkey*", {"AWS": "*"}), "kms:putkeypolicy"),
                    (denied(["kms:Decrypt", "kms:DescribeKey"], {"AWS": ["123456789012"]}), "kms:describekey"),
                    (denied("kms:PutKeyPolicy", {"AWS": ROOT}, OF_OTHERS), "kms:putkeypolicy"),
                    (denied("kms:PutKeyPolicy", "*", {"Bool": {"aws:SecureTransport": "true"}}), "kms:putkeypolicy"),
                    (
                        {"Effect": "Deny", "NotAction": ["kms:D*", "kms:*Policy"], "Resource": "*", "Principal": "*"},
                        "kms:schedulekeydeletion, kms:cancelkeydeletion",
                    ),
                    (
                        {"Effect": "Deny", "Action": "kms:PutKeyPolicy", "Resource": "*", "NotPrincipal": {"AWS": ONE}},
                        "kms:putkeypolicy",
                    ),
                )
            ),
            *(Bad(type_, administered(REPAIRS[:-1]), "account lacks kms:cancelkeydeletion") for type_ in OTHER_KEYS),
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
