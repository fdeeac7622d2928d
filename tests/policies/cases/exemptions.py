"""Exemptions. What covers what, and what is unused, is for tests/policies/test_exemptions.py."""

from typing import Any

from policies.framework.exemptions import TYPE
from tests.policies.case import Bad, Cases, Good

WRITTEN = {
    "rule": "sqs-encrypted",
    "resource": "aws:sqs/queue:Queue::orders",
    "finding": "sqsManagedSseEnabled absent",
    "reason": "its messages are public",
    "until": "2027-06-30",
}


def written(**changed: Any) -> dict[str, Any]:
    return WRITTEN | changed


CASES = {
    "exemptions-valid": Cases(
        good=(Good(TYPE, WRITTEN), Good(TYPE, written(until="2026-11-21"))),
        bad=(
            Bad(TYPE, {"rule": "sqs-encrypted"}, "malformed"),
            Bad(TYPE, written(why="no such field"), "malformed"),
            Bad(TYPE, written(reason=" "), "malformed"),
            Bad(TYPE, written(finding=7), "malformed"),
            Bad(TYPE, written(resource="orders"), "malformed"),
            Bad(TYPE, written(until="next summer"), "malformed"),
            Bad(TYPE, written(rule="sqs-nothing"), "unknown rule"),
            Bad(TYPE, written(rule="exemptions-used"), "unknown rule"),
            Bad(TYPE, written(until="2026-11-20"), "expired"),
            Bad(TYPE, written(until="2028-01-01"), "too long"),
        ),
    ),
}
