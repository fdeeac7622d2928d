"""Stages log what failed, and no bodies."""

from collections.abc import Iterator

from policies.framework.property import wrong
from policies.framework.rule import Finding, Resource, ResourceRule, Severity

LEVEL, BODIES = "settings.loggingLevel", "settings.dataTraceEnabled"


def check(settings: Resource) -> Iterator[Finding]:
    """A finding unless errors at least are logged, and another where bodies are."""
    if (found := settings.read(LEVEL)) not in ("ERROR", "INFO"):
        yield wrong(LEVEL, found, "why API Gateway refused or failed stays unknown", "Set it to ERROR.")
    if settings.read(BODIES):
        why = "headers and bodies stand in the log, with whatever is secret or personal in them"
        yield wrong(BODIES, True, why, "Set it to false.")


RULE = ResourceRule(
    __name__,
    description="A REST API's methods log their errors, and never bodies.",
    severity=Severity.MEDIUM,
    documentation="https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html",
    controls=["AwsSolutions-APIG6", "APIGateway.1"],
    types=["aws:apigateway/methodSettings:MethodSettings"],
    check=check,
)
