"""What a subscription can't deliver is kept."""

from collections.abc import Iterator

from policies.framework.property import wrong
from policies.framework.rule import Finding, Resource, ResourceRule, Severity
from policies.relations.json_text import json_object

# To people SNS delivers as well as it can; nothing else would take what is dead-lettered for them.
TO_PEOPLE = ("email", "email-json", "sms", "application")


def check(subscription: Resource) -> Iterator[Finding]:
    """A finding where a subscription of a queue, a function or a server has no dead-letter queue."""
    if subscription.read("protocol") in TO_PEOPLE:
        return
    if not json_object(subscription, "redrivePolicy").get("deadLetterTargetArn"):
        why = "SNS drops what it can't deliver, at once where the endpoint refuses it"
        yield wrong("redrivePolicy", None, why, "Name a queue's ARN as its deadLetterTargetArn.")


RULE = ResourceRule(
    __name__,
    description="A subscription of a queue, a function or a server has a dead-letter queue.",
    severity=Severity.HIGH,
    documentation="https://docs.aws.amazon.com/sns/latest/dg/sns-dead-letter-queues.html",
    controls=["Serverless-SNSRedrivePolicy"],
    types=["aws:sns/topicSubscription:TopicSubscription"],
    check=check,
)
