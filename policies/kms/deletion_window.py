"""Keys wait as long as agreed before they are deleted."""

from collections.abc import Iterator

from policies.framework.knob import Knob
from policies.framework.property import wrong
from policies.framework.rule import Finding, Resource, ResourceRule, Severity

DAYS = Knob(
    name="days",
    default=7,
    description="The deletion window of every key; 7 is the shortest, so that an environment leaves nothing for long.",
    schema={"type": "integer", "minimum": 7, "maximum": 30},
)


def check(key: Resource) -> Iterator[Finding]:
    """A finding unless the window is as long as the project's; absent means 30 days."""
    days = int(key.setting(DAYS))
    if (found := key.read("deletionWindowInDays")) != days:
        yield wrong("deletionWindowInDays", found, "the project's keys all wait equally long", f"Set it to {days}.")


RULE = ResourceRule(
    __name__,
    description="A KMS key's deletion window is the project's.",
    severity=Severity.LOW,
    documentation="https://docs.aws.amazon.com/kms/latest/developerguide/deleting-keys.html",
    types=["aws:kms/key:Key", "aws:kms/externalKey:ExternalKey", "aws:kms/replicaKey:ReplicaKey"],
    knobs=[DAYS],
    check=check,
)
