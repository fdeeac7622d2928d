"""Subscriptions deliver over TLS."""

from collections.abc import Iterator

from policies.framework.property import wrong
from policies.framework.rule import Finding, Resource, ResourceRule, Severity


def check(subscription: Resource) -> Iterator[Finding]:
    """A finding where a subscription delivers over plain HTTP."""
    if subscription.read("protocol") == "http":
        yield wrong("protocol", "http", "whoever listens on the way reads what is sent", "Deliver over https.")


RULE = ResourceRule(
    __name__,
    description="No subscription delivers over plain HTTP.",
    severity=Severity.HIGH,
    documentation="https://docs.aws.amazon.com/sns/latest/dg/sns-security-best-practices.html",
    types=["aws:sns/topicSubscription:TopicSubscription"],
    check=check,
)
