"""What EventBridge can't deliver is kept."""

from collections.abc import Iterator

from policies.framework.property import wrong
from policies.framework.rule import Finding, Resource, ResourceRule, Severity

PATHS = {
    "aws:cloudwatch/eventTarget:EventTarget": "deadLetterConfig.arn",
    "aws:scheduler/schedule:Schedule": "target.deadLetterConfig.arn",
}


def check(target: Resource) -> Iterator[Finding]:
    """A finding unless the target has a dead-letter queue."""
    path = PATHS[target.type]
    if not target.read(path):
        yield wrong(
            path, None, "after its retries EventBridge drops the event, and nobody hears of it", "Name a queue."
        )


RULE = ResourceRule(
    __name__,
    description="An EventBridge target has a dead-letter queue.",
    severity=Severity.HIGH,
    documentation="https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html",
    controls=["Serverless-EventBusDLQ"],
    types=PATHS,
    check=check,
)
