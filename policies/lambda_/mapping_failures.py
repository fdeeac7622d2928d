"""Stream mappings keep what they gave up."""

from collections.abc import Iterator

from policies.framework.property import wrong
from policies.framework.rule import Finding, Resource, ResourceRule, Severity
from policies.relations.functions import MAPPING, is_stream

PATH = "destinationConfig.onFailure.destinationArn"


def check(mapping: Resource) -> Iterator[Finding]:
    """A finding unless a stream's mapping has an on-failure destination."""
    if not mapping.read(PATH) and is_stream(mapping):
        yield wrong(PATH, None, "what was given up is lost with the stream's 24 hours", "Name a queue.")


RULE = ResourceRule(
    __name__,
    description="An event source mapping of a stream has an on-failure destination.",
    severity=Severity.HIGH,
    documentation="https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html",
    controls=["Serverless-LambdaEventSourceMappingDestination"],
    types=[MAPPING],
    check=check,
)
