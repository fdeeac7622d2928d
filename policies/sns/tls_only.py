"""Topics are reached over TLS alone."""

from collections.abc import Iterator

from policies.framework.rule import Finding, Resource, Severity, Stack, StackRule
from policies.relations.tls import check_tls_only

TOPIC = "aws:sns/topic:Topic"


def check(topic: Resource, stack: Stack) -> Iterator[Finding]:
    """A finding unless a policy denies publishing without TLS."""
    return check_tls_only(
        topic,
        stack,
        policy_type="aws:sns/topicPolicy:TopicPolicy",
        reference="arn",
        actions=["sns:Publish"],
        parts=[""],
    )


RULE = StackRule(
    __name__,
    description="An SNS topic's policy denies publishing that does not come over TLS.",
    severity=Severity.HIGH,
    documentation="https://docs.aws.amazon.com/sns/latest/dg/sns-security-best-practices.html",
    controls=["AwsSolutions-SNS3"],
    types=[TOPIC],
    check=check,
)
