"""Functions and REST API stages trace their requests."""

from collections.abc import Iterator

from policies.framework.rule import Finding, Resource, ResourceRule, Severity

FUNCTION = "aws:lambda/function:Function"
STAGE = "aws:apigateway/stage:Stage"


def check(resource: Resource) -> Iterator[Finding]:
    """A finding unless a function's tracing mode is Active, or a stage's X-Ray tracing is on."""
    path, wanted = ("tracingConfig.mode", "Active") if resource.type == FUNCTION else ("xrayTracingEnabled", True)
    found = resource.read(path)
    if found != wanted:
        yield Finding(
            name=f"{path} {found}",
            found=f"`{path}` is {'absent' if found is None else found}",
            why="a request can't be followed through a part that does not trace",
            repair=f"Set `{path}` to {wanted}.",
        )


def remediation(resource: Resource) -> dict[str, object]:
    """The property that switches tracing on."""
    return {"tracingConfig": {"mode": "Active"}} if resource.type == FUNCTION else {"xrayTracingEnabled": True}


RULE = ResourceRule(
    __name__,
    description="A Lambda function and a REST API stage send traces to X-Ray.",
    severity=Severity.MEDIUM,
    documentation="https://docs.aws.amazon.com/xray/latest/devguide/xray-services-lambda.html",
    controls=["Serverless-LambdaTracing", "Serverless-APIGWXrayEnabled", "APIGateway.3"],
    types=[FUNCTION, STAGE],
    check=check,
    remediation=remediation,
)
