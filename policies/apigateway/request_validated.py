"""Methods validate what they are sent."""

from collections.abc import Iterator

from policies.framework.property import wrong
from policies.framework.rule import Finding, Resource, Severity, Stack, StackRule

VALIDATOR = "aws:apigateway/requestValidator:RequestValidator"
WHY = "what is wrong with a request is found out by the function, or not at all"


def check(method: Resource, stack: Stack) -> Iterator[Finding]:
    """A finding unless the method has a validator of the stack that looks at the body; preflights need none."""
    if method.read("httpMethod") == "OPTIONS":
        return
    validator = stack.named_by(method, "requestValidatorId", VALIDATOR)
    if validator is None:
        yield wrong("requestValidatorId", None, WHY, "Name a validator of the API that validates bodies.")
    elif (found := validator.read("validateRequestBody")) is not True:
        yield wrong("validateRequestBody", found, WHY, f"Set it to true in {validator.name}.")


RULE = StackRule(
    __name__,
    description="A REST API's method has a validator that validates the body.",
    severity=Severity.MEDIUM,
    documentation="https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-method-request-validation.html",
    controls=["AwsSolutions-APIG2"],
    types=["aws:apigateway/method:Method"],
    check=check,
)
