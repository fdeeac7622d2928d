"""Tables can be put back to any second."""

from collections.abc import Iterator

from policies.framework.property import wrong
from policies.framework.rule import Finding, Resource, ResourceRule, Severity

PATH = "pointInTimeRecovery.enabled"


def check(table: Resource) -> Iterator[Finding]:
    """A finding unless point-in-time recovery is on."""
    if (found := table.read(PATH)) is not True:
        yield wrong(PATH, found, "what a fault overwrites can't be brought back", "Set it to true.")


RULE = ResourceRule(
    __name__,
    description="A DynamoDB table has point-in-time recovery.",
    severity=Severity.MEDIUM,
    documentation="https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/PointInTimeRecovery.html",
    controls=["AwsSolutions-DDB3", "DynamoDB.2"],
    types=["aws:dynamodb/table:Table"],
    check=check,
)
