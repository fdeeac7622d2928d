"""Functions run on the project's runtimes."""

from collections.abc import Iterator

from policies.framework.knob import Knob
from policies.framework.property import wrong
from policies.framework.rule import Finding, Resource, ResourceRule, Severity

RUNTIMES = Knob(
    name="runtimes",
    default=["python3.11"],
    description="The runtimes that the project builds for; keep to those that AWS still supports.",
    schema={"type": "array", "items": {"type": "string"}, "minItems": 1},
)


def check(function: Resource) -> Iterator[Finding]:
    """A finding where a function from a zip has another runtime; one from an image brings its own."""
    if function.read("packageType") == "Image":
        return
    runtimes = function.setting(RUNTIMES)
    if (found := function.read("runtime")) not in runtimes:
        why = "the bundle is built and tested for another, or AWS no longer mends it"
        yield wrong("runtime", found, why, f"Set it to {' or '.join(runtimes)}.")


RULE = ResourceRule(
    __name__,
    description="A Lambda function runs on a runtime that the project builds for.",
    severity=Severity.MEDIUM,
    documentation="https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html",
    controls=["AwsSolutions-L1", "Serverless-LambdaLatestVersion", "Lambda.2"],
    types=["aws:lambda/function:Function"],
    knobs=[RUNTIMES],
    check=check,
)
