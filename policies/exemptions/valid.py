"""An exemption is narrow, reasoned, and comes to an end."""

from collections.abc import Iterator
from datetime import timedelta

from policies.framework.exemptions import LONGEST_DAYS, TYPE, ExemptionError, exemption
from policies.framework.rule import Finding, Resource, ResourceRule, Severity

TOLERATES = "an exemption that is not understood must not be believed to tolerate something"


def check(component: Resource) -> Iterator[Finding]:
    """Findings where a field is missing or wrong, the rule is none, or the last day is past or too far off."""
    try:
        written = exemption({key: component.read(key) for key in component.given})
    except ExemptionError as error:
        yield Finding("malformed", f"it is malformed: {error}", TOLERATES, "Correct it.")
        return
    circumstances = component.circumstances
    if written.rule not in circumstances.rules or written.rule.startswith("exemptions-"):
        found = f"the pack has no rule `{written.rule}` that can be exempted from"
        yield Finding("unknown rule", found, TOLERATES, "Name the rule as its findings do.")
    if written.until < circumstances.today:
        repair = f"Repair `{written.resource}`, or say anew why not, and until when."
        yield Finding("expired", f"it ended after {written.until}", "its time was what it was granted for", repair)
    if written.until > circumstances.today + timedelta(days=LONGEST_DAYS):
        found = f"it lasts until {written.until}, more than {LONGEST_DAYS} days"
        yield Finding("too long", found, "nobody would look at it again", "Choose a nearer day.")


RULE = ResourceRule(
    __name__,
    description="An exemption names rule, resource, finding, reason, and a last day, not past and within a year.",
    severity=Severity.HIGH,
    documentation="https://docs.aws.amazon.com/wellarchitected/latest/security-pillar/sec_securely_operate_control_objectives.html",
    types=[TYPE],
    check=check,
)
