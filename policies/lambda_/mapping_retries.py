"""Stream mappings give up at last."""

from collections.abc import Iterator

from policies.framework.property import wrong
from policies.framework.rule import Finding, Resource, ResourceRule, Severity
from policies.relations.functions import MAPPING, is_stream


def check(mapping: Resource) -> Iterator[Finding]:
    """A finding for each of retries and age that a stream's mapping leaves unbounded; -1 is without bound."""
    for path in ("maximumRetryAttempts", "maximumRecordAgeInSeconds"):
        found = mapping.read(path)
        if (found is None or found < 0) and is_stream(mapping):
            why = "one bad record stops its shard until the stream forgets everything behind it"
            yield wrong(path, found, why, "Say how many, or how long.")


RULE = ResourceRule(
    __name__,
    description="An event source mapping of a stream has bounded retries and a bounded age.",
    severity=Severity.HIGH,
    documentation="https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html",
    types=[MAPPING],
    check=check,
)
