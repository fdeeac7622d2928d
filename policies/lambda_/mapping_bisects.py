"""Stream mappings look for the bad record."""

from collections.abc import Iterator

from policies.framework.property import wrong
from policies.framework.rule import Finding, Resource, ResourceRule, Severity
from policies.relations.functions import MAPPING, is_stream


def check(mapping: Resource) -> Iterator[Finding]:
    """A finding unless a stream's mapping halves a batch that fails."""
    found = mapping.read("bisectBatchOnFunctionError")
    if found is not True and is_stream(mapping):
        yield wrong("bisectBatchOnFunctionError", found, "a bad record takes its neighbours with it", "Set it to true.")


RULE = ResourceRule(
    __name__,
    description="An event source mapping of a stream bisects a batch that fails.",
    severity=Severity.MEDIUM,
    documentation="https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html",
    types=[MAPPING],
    check=check,
)
