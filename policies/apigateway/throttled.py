"""Stages are throttled."""

from collections.abc import Iterator

from policies.framework.property import wrong
from policies.framework.rule import Finding, Resource, Severity, Stack, StackRule

SETTINGS = "aws:apigateway/methodSettings:MethodSettings"
ALL_METHODS = "*/*"
WHY = "one caller takes what the account has for all its APIs"


def check(stage: Resource, stack: Stack) -> Iterator[Finding]:
    """A finding unless settings of all methods, and those of single ones besides, bound rate and burst.

    What is set for a single method holds for it instead; -1 is without bound.
    """
    name = stage.read("stageName")
    settings = [each for each in stack.of(SETTINGS) if each.read("stageName") == name and _same_api(each, stage)]
    if not any(each.read("methodPath") == ALL_METHODS for each in settings):
        missing = f"no MethodSettings of `{ALL_METHODS}` are for it"
        yield Finding("no method settings", missing, WHY, "Add some, with a throttle.")
    for each in settings:
        method = each.read("methodPath")
        of_method = "" if method == ALL_METHODS else f" of {method}"
        for path in ("settings.throttlingRateLimit", "settings.throttlingBurstLimit"):
            found = each.read(path)
            if found is None or found < 0:
                yield wrong(f"{path}{of_method}", found, WHY, "Say how much the API must bear.")


def _same_api(one: Resource, other: Resource) -> bool:
    its, others = (set(each.links.get("restApi", ())) for each in (one, other))
    return bool(its & others) if its and others else one.read("restApi") == other.read("restApi")


RULE = StackRule(
    __name__,
    description="A REST API's stage throttles all its methods.",
    severity=Severity.MEDIUM,
    documentation="https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-request-throttling.html",
    controls=["Serverless-APIGWDefaultThrottling"],
    types=["aws:apigateway/stage:Stage"],
    check=check,
)
