"""Stages log who called, as JSON."""

import json
from collections.abc import Iterator

from policies.framework.property import wrong
from policies.framework.rule import Finding, Resource, ResourceRule, Severity

DESTINATION, FORMAT = "accessLogSettings.destinationArn", "accessLogSettings.format"


def check(stage: Resource) -> Iterator[Finding]:
    """A finding unless access logs go somewhere, and another unless they are JSON with the request's id."""
    if not stage.read("accessLogSettings"):
        yield wrong("accessLogSettings", None, "nobody can tell who called", "Name a log group, and a format.")
        return
    if not stage.read(DESTINATION):
        yield wrong(DESTINATION, None, "nobody can tell who called", "Name a log group.")
    text = stage.read(FORMAT) or ""
    if not _is_json(text) or "$context.requestId" not in text:
        yield Finding(
            name=f"{FORMAT} not JSON",
            found=f"`{FORMAT}` is not a JSON object with $context.requestId",
            why="no query finds a request in it",
            repair='Write an object: {"requestId": "$context.requestId", ...}.',
        )


def _is_json(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except json.JSONDecodeError:
        return False


RULE = ResourceRule(
    __name__,
    description="A REST API's stage writes access logs as JSON.",
    severity=Severity.MEDIUM,
    documentation="https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html",
    controls=["AwsSolutions-APIG1", "Serverless-APIGWAccessLogging", "Serverless-APIGWStructuredLogging"],
    types=["aws:apigateway/stage:Stage"],
    check=check,
)
