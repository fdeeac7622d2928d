"""Batch calls are authorised as what they are made of.

AWS documentation, Service Authorization Reference: "Actions, resources, and condition keys for Amazon SQS" and "... for
Amazon SNS": there is no sqs:SendMessageBatch; the API's batch calls need the action of the single call.

A role that may send messages is denied the batch call in the emulator, and the grant that would please it does not
exist in AWS. An emulator that authorises the batch calls under the single calls' actions makes this unnecessary.
"""

from typing import Any

from local.emulator.gaps.settings import GapSettings
from local.emulator.ministack import load
from local.emulator.pinned import Wrapped

WRAPPED = (Wrapped("core.iam_actions", "extract_iam_action", "ec476b92d969822b"),)

AUTHORISED_AS = {
    "sqs:SendMessageBatch": "sqs:SendMessage",
    "sqs:DeleteMessageBatch": "sqs:DeleteMessage",
    "sqs:ChangeMessageVisibilityBatch": "sqs:ChangeMessageVisibility",
    "sns:PublishBatch": "sns:Publish",
}


def close(_: GapSettings) -> None:
    """Answer the single call's action where the emulator would name one that IAM does not know."""
    actions = load("core.iam_actions")
    extract = actions.extract_iam_action

    def extracted(*arguments: Any, **named: Any) -> str | None:
        action = extract(*arguments, **named)
        return AUTHORISED_AS.get(action, action)

    actions.extract_iam_action = extracted
