"""Statements by which a queue lets an AWS service send to it on behalf of exactly one resource."""

from shared.model import Rule
from shared.naming import Naming
from shared.policy_document import Statement


def sent_by_rule(naming: Naming, rule: Rule) -> Statement:
    """EventBridge dead-letters into the rule's queue what it could not deliver."""
    return Statement(
        sid="DeadLettersOfTheRule",
        principals={"Service": "events.amazonaws.com"},
        actions=("sqs:SendMessage",),
        resources=(naming.arn(rule.dead_letter_queue),),
        conditions={"ArnEquals": {"aws:SourceArn": naming.arn(rule)}},
    )
