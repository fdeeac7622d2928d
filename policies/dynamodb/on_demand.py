"""Tables are billed by request."""

from collections.abc import Iterator

from policies.framework.property import wrong
from policies.framework.rule import Finding, Resource, ResourceRule, Severity


def check(table: Resource) -> Iterator[Finding]:
    """A finding unless billing is on demand; absent means provisioned."""
    if (found := table.read("billingMode")) != "PAY_PER_REQUEST":
        why = "provisioned capacity throttles a burst of events, and costs while there is none"
        yield wrong("billingMode", found, why, "Set it to PAY_PER_REQUEST.")


RULE = ResourceRule(
    __name__,
    description="A DynamoDB table's capacity is on demand.",
    severity=Severity.MEDIUM,
    documentation="https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/on-demand-capacity-mode.html",
    controls=["DynamoDB.1"],
    types=["aws:dynamodb/table:Table"],
    check=check,
)
