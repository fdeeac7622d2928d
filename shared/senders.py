"""Statements by which a queue lets an AWS service send to it on behalf of exactly one resource."""

from shared.model import OnSchedule
from shared.naming import Naming
from shared.policy_document import Statement


def sent_by_schedule(naming: Naming, schedule: OnSchedule) -> Statement:
    """EventBridge dead-letters into the schedule's queue what it could not deliver."""
    return Statement(
        sid="DeadLettersOfTheSchedule",
        principals={"Service": "events.amazonaws.com"},
        actions=("sqs:SendMessage",),
        resources=(naming.arn(schedule.dead_letter_queue),),
        conditions={"ArnEquals": {"aws:SourceArn": naming.arn(schedule)}},
    )
