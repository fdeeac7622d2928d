"""Resources in good order that no system has yet, so that the rules on them meet one that is broken among real ones."""

import json
from typing import Any

from tests.policies.case import ARN
from tests.policies.real_stacks import Specimen


def _plant(layer: str, type_: str, **properties: Any) -> tuple[str, Specimen]:
    urn = f"urn:pulumi:stack::{layer}::{type_}::planted"
    return layer, Specimen(urn, type_, "planted", properties, {}, frozenset())


# Each with the layer that it stands in.
PLANTED = (
    _plant(
        "messaging",
        "aws:sns/topicSubscription:TopicSubscription",
        topic=ARN.format("sns", "price-updates-prod"),
        protocol="sqs",
        endpoint=ARN.format("sqs", "payments-queue-prod"),
        redrivePolicy=json.dumps({"deadLetterTargetArn": ARN.format("sqs", "payments-queue-dlq-prod")}),
    ),
    _plant(
        "compute",
        "aws:lambda/functionUrl:FunctionUrl",
        functionName="webhook-validator-prod",
        authorizationType="AWS_IAM",
    ),
)
