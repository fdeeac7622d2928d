"""What the embedded target is known not to enforce, and why."""

import re
from collections.abc import Mapping

from operations.privileges.mutant import Mutant

# Action, then the end of the resource's own name; an empty one stands for any.
REASONS: Mapping[tuple[str, str], str] = {
    ("logs:CreateLogStream", ""): "the emulator writes a function's log itself",
    ("logs:PutLogEvents", ""): "the emulator writes a function's log itself",
    ("xray:PutTelemetryRecords", ""): "the emulator has no X-Ray; segments go to a socket that nobody reads",
    ("xray:PutTraceSegments", ""): "the emulator has no X-Ray; segments go to a socket that nobody reads",
    ("dynamodb:ListStreams", ""): "the emulator knows a mapping's stream without listing any",
}


def why_not_enforced(mutant: Mutant, suffix: str) -> str | None:
    """The known reason why nothing breaks without this grant; None where something should."""
    reasons = {_reason(action, resource, suffix) for action in mutant.actions for resource in mutant.resources}
    return None if None in reasons else "; ".join(sorted(reason for reason in reasons if reason))


def _reason(action: str, resource: str, suffix: str) -> str | None:
    name = re.split("[:/]", resource)[-1].removesuffix(f"-{suffix}")
    return next((why for (known, end), why in REASONS.items() if known == action and name.endswith(end)), None)
