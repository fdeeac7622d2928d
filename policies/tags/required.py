"""Resources say whose they are."""

from collections.abc import Iterator

from policies.framework.knob import Knob
from policies.framework.rule import Finding, Resource, ResourceRule, Severity
from policies.policy_language.taggable_types import taggable_types

KEYS = Knob(
    name="keys",
    default=["Environment", "Project", "System", "Layer", "ManagedBy", "CostCenter"],
    description="The tags that every taggable resource must have.",
    schema={"type": "array", "items": {"type": "string"}},
)
VALUES: Knob[dict[str, str]] = Knob(
    name="values",
    default={},
    description="What the remediation gives to tags that are missing, by key.",
    schema={"type": "object", "additionalProperties": {"type": "string"}},
)


def check(resource: Resource) -> Iterator[Finding]:
    """A finding for each required tag that is missing or empty."""
    tags = resource.read("tags") or {}
    for key in resource.setting(KEYS):
        if not tags.get(key):
            yield Finding(
                name=f"no tag {key}",
                found=f"it has no tag `{key}`",
                why="nobody can tell whose it is, or what it costs whom",
                repair="Tag it, or all resources at once by the provider's default tags.",
            )


def remediation(resource: Resource) -> dict[str, object]:
    """The resource's tags, and the values that the project sets for those that are missing."""
    return {"tags": {**resource.setting(VALUES), **(resource.read("tags") or {})}}


RULE = ResourceRule(
    __name__,
    description="Every taggable resource has the project's tags.",
    severity=Severity.LOW,
    documentation="https://docs.aws.amazon.com/whitepapers/latest/tagging-best-practices/tagging-best-practices.html",
    types=taggable_types(),
    knobs=[KEYS, VALUES],
    check=check,
    remediation=remediation,
)
