"""Resources are where the project is."""

from collections.abc import Iterator

from policies.framework.knob import Knob
from policies.framework.property import wrong
from policies.framework.rule import Finding, Resource, ResourceRule, Severity

REGIONS = Knob(
    name="regions",
    default=["us-east-1"],
    description="The regions in which a project may have resources.",
    schema={"type": "array", "items": {"type": "string"}, "minItems": 1},
)


def check(resource: Resource) -> Iterator[Finding]:
    """A finding where the region, the resource's own or its provider's, is another, or nobody says one."""
    path = "region" if resource.read("region") else "provider.region"
    regions = resource.setting(REGIONS)
    if (found := resource.read(path)) not in regions:
        why = "it would be far from what it works with, and outside of what is watched"
        yield wrong(path, found, why, f"Set it to {' or '.join(regions)}, in the resource or as `aws:region`.")


RULE = ResourceRule(
    __name__,
    description="Every resource of AWS is in one of the project's regions.",
    severity=Severity.MEDIUM,
    documentation="https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_examples_general.html",
    knobs=[REGIONS],
    check=check,
)
