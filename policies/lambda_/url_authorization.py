"""Function URLs ask who calls."""

from collections.abc import Iterator

from policies.framework.property import wrong
from policies.framework.rule import Finding, Resource, ResourceRule, Severity


def check(url: Resource) -> Iterator[Finding]:
    """A finding unless the URL is authorised by IAM."""
    if (found := url.read("authorizationType")) != "AWS_IAM":
        yield wrong(
            "authorizationType", found, "the function is open to everybody", "Set it to AWS_IAM, or use an API."
        )


RULE = ResourceRule(
    __name__,
    description="A function URL is authorised by IAM.",
    severity=Severity.HIGH,
    documentation="https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html",
    types=["aws:lambda/functionUrl:FunctionUrl"],
    check=check,
)
