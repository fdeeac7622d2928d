"""A body of any content type has a model."""

from collections.abc import Iterator

from policies.framework.property import wrong
from policies.framework.rule import Finding, Resource, ResourceRule, Severity

WITH_BODY = ("POST", "PUT", "PATCH", "ANY")
# The model that API Gateway makes by itself fits everything.
FITS_ALL = "Empty"


def check(method: Resource) -> Iterator[Finding]:
    """A finding unless a method that takes a body has models for JSON and for what no other model is for."""
    if method.read("httpMethod") not in WITH_BODY:
        return
    models = method.read("requestModels") or {}
    for content_type in ("application/json", "$default"):
        if (found := models.get(content_type)) in (None, FITS_ALL):
            why = "a body of another content type than the models' is not validated at all"
            yield wrong(f"requestModels.{content_type}", found, why, "Name the body's model for it.")


RULE = ResourceRule(
    __name__,
    description="A method that takes a body has a model for JSON, and for every other content type.",
    severity=Severity.MEDIUM,
    documentation="https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-method-request-validation.html",
    types=["aws:apigateway/method:Method"],
    check=check,
)
