"""Somebody hears of an API's own failures."""

from collections.abc import Iterator

from policies.framework.rule import Finding, Resource, Severity, Stack, StackRule
from policies.relations.alarms import has_alarm, is_watched, no_alarm

FAILURES = "5XXError"


def check(api: Resource, stack: Stack) -> Iterator[Finding]:
    """A finding where a REST API has no alarm on its server errors."""
    if is_watched(stack) and not has_alarm(stack, FAILURES, "ApiName", api):
        yield no_alarm(FAILURES, "its callers are refused, and nobody here knows")


RULE = StackRule(
    __name__,
    description="Where there are alarms, one looks at every REST API's server errors.",
    severity=Severity.MEDIUM,
    documentation="https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-metrics-and-dimensions.html",
    types=["aws:apigateway/restApi:RestApi"],
    check=check,
)
