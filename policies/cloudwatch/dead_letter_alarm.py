"""An alarm on a dead-letter queue rings at the first message."""

from collections.abc import Iterator
from fnmatch import fnmatchcase

from policies.framework.knob import Knob
from policies.framework.property import wrong
from policies.framework.rule import Finding, Resource, ResourceRule, Severity
from policies.relations.alarms import ALARM, DEPTH

QUEUES = Knob(
    name="queues",
    default=["*-dlq*", "*-failures*"],
    description="What dead-letter queues are called; the queue itself may be in another stack than its alarm.",
    schema={"type": "array", "items": {"type": "string"}},
)
LOWEST = {"GreaterThanThreshold": 0, "GreaterThanOrEqualToThreshold": 1}


def check(alarm: Resource) -> Iterator[Finding]:
    """A finding where an alarm on the depth of a queue that is called like a dead-letter queue lets messages lie."""
    queue = alarm.read("dimensions.QueueName") or ""
    if alarm.read("metricName") != DEPTH or not any(fnmatchcase(queue, each) for each in alarm.setting(QUEUES)):
        return
    threshold = LOWEST.get(alarm.read("comparisonOperator"))
    if threshold is None or alarm.read("threshold") != threshold:
        why = "what lies there is already lost to its consumer"
        yield wrong("threshold", alarm.read("threshold"), why, "Ring when it is GreaterThanThreshold 0.")


RULE = ResourceRule(
    __name__,
    description="An alarm on a dead-letter queue's depth rings at the first message.",
    severity=Severity.MEDIUM,
    documentation="https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/dead-letter-queues-alarms-cloudwatch.html",
    types=[ALARM],
    knobs=[QUEUES],
    check=check,
)
