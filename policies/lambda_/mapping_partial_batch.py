"""Mappings report what failed of a batch."""

from collections.abc import Iterator

from policies.framework.property import wrong
from policies.framework.rule import Finding, Resource, ResourceRule, Severity
from policies.relations.functions import MAPPING, is_queue, is_stream


def check(mapping: Resource) -> Iterator[Finding]:
    """A finding unless a mapping of a queue or a stream takes partial batch failures."""
    found = mapping.read("functionResponseTypes")
    if "ReportBatchItemFailures" not in (found or []) and (is_queue(mapping) or is_stream(mapping)):
        why = "one bad record makes the whole batch come again"
        yield wrong("functionResponseTypes", found, why, "Set it to [ReportBatchItemFailures], and answer with them.")


RULE = ResourceRule(
    __name__,
    description="An event source mapping of a queue or a stream takes partial batch failures.",
    severity=Severity.MEDIUM,
    documentation="https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html",
    types=[MAPPING],
    check=check,
)
