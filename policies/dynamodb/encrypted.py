"""Tables are encrypted under a key whose use shows."""

from collections.abc import Iterator

from policies.framework.property import wrong
from policies.framework.rule import Finding, Resource, ResourceRule, Severity

PATH = "serverSideEncryption.enabled"


def check(table: Resource) -> Iterator[Finding]:
    """A finding unless encryption is under a KMS key of the account, AWS-managed or the customer's."""
    if (found := table.read(PATH)) is not True:
        why = "it is then under a key that belongs to DynamoDB, whose use nobody here can see or revoke"
        yield wrong(PATH, found, why, "Set it to true.")


RULE = ResourceRule(
    __name__,
    description="A DynamoDB table is encrypted under a KMS key of the account.",
    severity=Severity.MEDIUM,
    documentation="https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/EncryptionAtRest.html",
    types=["aws:dynamodb/table:Table"],
    check=check,
)
