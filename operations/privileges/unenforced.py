"""What the embedded target is known not to enforce, and why."""

from collections.abc import Mapping

from operations.privileges.mutant import Mutant

REASONS: Mapping[str, str] = {
    "logs:CreateLogStream": "the emulator writes a function's log itself",
    "logs:PutLogEvents": "the emulator writes a function's log itself",
    "xray:PutTelemetryRecords": "the emulator has no X-Ray; segments go to a socket that nobody reads",
    "xray:PutTraceSegments": "the emulator has no X-Ray; segments go to a socket that nobody reads",
    "dynamodb:ListStreams": "the emulator knows a mapping's stream without listing any",
}
# What a service does with a key in the function's name.
THROUGH_A_SERVICE = {"kms:ViaService", "kms:EncryptionContext:aws:lambda:FunctionArn"}


def why_not_enforced(mutant: Mutant) -> str | None:
    """The known reason why nothing breaks without this grant; None where something should."""
    if mutant.condition_keys & THROUGH_A_SERVICE:
        return "the emulator's services encrypt nothing under the keys that they are given"
    if not all(action in REASONS for action in mutant.actions):
        return None
    return "; ".join(sorted({REASONS[action] for action in mutant.actions}))
