"""Methods know who calls."""

from collections.abc import Iterator

from policies.framework.knob import Knob
from policies.framework.property import wrong
from policies.framework.rule import Finding, Resource, ResourceRule, Severity

HEADERS = Knob(
    name="signatureHeaders",
    default=["X-Webhook-Signature"],
    description="Headers in which a caller signs; a method whose function checks one declares it as a parameter.",
    schema={"type": "array", "items": {"type": "string"}},
)


def check(method: Resource) -> Iterator[Finding]:
    """A finding where a method is authorised by nothing, and declares no signature either; preflights need none."""
    found = method.read("authorization")
    if found not in (None, "NONE") or method.read("httpMethod") == "OPTIONS":
        return
    declared = {name.lower() for name in method.read("requestParameters") or {}}
    headers = method.setting(HEADERS)
    if not declared & {f"method.request.header.{header}".lower() for header in headers}:
        repair = f"Set it to AWS_IAM or an authoriser; or declare {' or '.join(headers)}, and check it."
        yield wrong("authorization", found, "anybody may call it", repair)


RULE = ResourceRule(
    __name__,
    description="A REST API's method is authorised, or declares the header in which its caller signs.",
    severity=Severity.HIGH,
    documentation="https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-control-access-to-api.html",
    controls=["AwsSolutions-APIG4"],
    types=["aws:apigateway/method:Method"],
    knobs=[HEADERS],
    check=check,
)
