"""A function's memory and timeout are decisions."""

from collections.abc import Iterator

from policies.framework.property import wrong
from policies.framework.rule import Finding, Resource, ResourceRule, Severity


def check(function: Resource) -> Iterator[Finding]:
    """A finding for each of memory and timeout that is left to Lambda, which gives 128 MB and 3 s."""
    for path in ("memorySize", "timeout"):
        if function.read(path) is None:
            why = "Lambda's default is nobody's decision: 128 MB, with their share of a processor, and 3 s"
            yield wrong(path, None, why, "Set it to what the function was measured to need.")


RULE = ResourceRule(
    __name__,
    description="A Lambda function says its memory and its timeout.",
    severity=Severity.LOW,
    documentation="https://docs.aws.amazon.com/lambda/latest/dg/best-practices.html",
    controls=["Serverless-LambdaDefaultMemorySize", "Serverless-LambdaDefaultTimeout"],
    types=["aws:lambda/function:Function"],
    check=check,
)
