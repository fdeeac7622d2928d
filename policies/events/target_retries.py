"""EventBridge retries as long as was decided."""

from collections.abc import Iterator

from policies.framework.property import wrong
from policies.framework.rule import Finding, Resource, ResourceRule, Severity

PATHS = {
    "aws:cloudwatch/eventTarget:EventTarget": "retryPolicy",
    "aws:scheduler/schedule:Schedule": "target.retryPolicy",
}


def check(target: Resource) -> Iterator[Finding]:
    """A finding for each of retries and age that the target does not say."""
    for name in ("maximumRetryAttempts", "maximumEventAgeInSeconds"):
        path = f"{PATHS[target.type]}.{name}"
        if target.read(path) is None:
            why = "EventBridge tries for a day, long after a schedule's next run, and that should be a decision"
            yield wrong(path, None, why, "Say how many, or how long.")


RULE = ResourceRule(
    __name__,
    description="An EventBridge target says how often and how long it is tried.",
    severity=Severity.LOW,
    documentation="https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy.html",
    types=PATHS,
    check=check,
)
