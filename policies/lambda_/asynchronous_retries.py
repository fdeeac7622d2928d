"""Asynchronous retries are bounded and end in a destination."""

from collections.abc import Iterator

from policies.framework.property import wrong
from policies.framework.rule import Finding, Resource, ResourceRule, Severity
from policies.relations.functions import INVOKE_CONFIG


def check(config: Resource) -> Iterator[Finding]:
    """A finding for each of retries, age and failure destination that is not said."""
    for path in ("maximumRetryAttempts", "maximumEventAgeInSeconds"):
        if config.read(path) is None:
            yield wrong(path, None, "how long a failure lasts should be a decision", "Say how many, or how long.")
    path = "destinationConfig.onFailure.destination"
    if not config.read(path):
        yield wrong(path, None, "Lambda drops what it could not deliver", "Name a queue that rings when it fills.")


RULE = ResourceRule(
    __name__,
    description="Asynchronous invocations have bounded retries, a bounded age and a failure destination.",
    severity=Severity.HIGH,
    documentation="https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html",
    types=[INVOKE_CONFIG],
    check=check,
)
