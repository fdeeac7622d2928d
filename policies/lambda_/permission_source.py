"""A service invokes a function for a named source."""

from collections.abc import Iterator

from policies.framework.property import wrong
from policies.framework.rule import Finding, Resource, ResourceRule, Severity
from policies.relations.functions import PERMISSION

WHY = "another account can make the service invoke the function"


def check(permission: Resource) -> Iterator[Finding]:
    """A finding where a service's permission lacks the source's ARN, or the account of an ARN that has none."""
    if "." not in (permission.read("principal") or ""):
        return
    source = permission.read("sourceArn")
    if not source:
        yield wrong("sourceArn", source, WHY, "Name the rule, the topic, the bucket or the API's method.")
    elif not source.split(":")[4] and not permission.read("sourceAccount"):
        yield wrong("sourceAccount", None, f"the ARN says no account, and {WHY}", "Name the account.")


RULE = ResourceRule(
    __name__,
    description="A service's permission to invoke a function names the source, and its account where the ARN has none.",
    severity=Severity.HIGH,
    documentation="https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html",
    types=[PERMISSION],
    check=check,
)
