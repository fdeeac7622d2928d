"""Topics and subscriptions."""

import json
from typing import Any

from tests.policies.case import ARN, Bad, Cases, Good, denial_of_plain_transport, document, peer

TOPIC = "aws:sns/topic:Topic"
TOPIC_POLICY = "aws:sns/topicPolicy:TopicPolicy"
SUBSCRIPTION = "aws:sns/topicSubscription:TopicSubscription"

ORDERS = ARN.format("sns", "orders-dev")
DENY = denial_of_plain_transport(["sns:Publish", "sns:Subscribe"], ORDERS)


def policy(statement: Any, topic: str = ORDERS) -> Any:
    return peer(TOPIC_POLICY, {"arn": topic, "policy": document(statement)}, "policy")


def subscribed(protocol: str, **more: Any) -> dict[str, Any]:
    return {"topic": ORDERS, "protocol": protocol, "endpoint": "somewhere", **more}


DEAD_LETTERS = json.dumps({"deadLetterTargetArn": ARN.format("sqs", "orders-dlq-dev")})

CASES = {
    "sns-encrypted": Cases(
        good=(Good(TOPIC, {"kmsMasterKeyId": "alias/aws/sns"}),),
        bad=(
            Bad(TOPIC, {}, "kmsMasterKeyId absent"),
            Bad(TOPIC, {"kmsMasterKeyId": ""}, "kmsMasterKeyId absent"),
        ),
    ),
    "sns-tls-only": Cases(
        good=(
            Good(TOPIC, {"name": "orders-dev"}, peers=(policy(DENY),)),
            Good(TOPIC, {"name": "orders-dev", "policy": document(DENY)}),
        ),
        bad=(
            Bad(TOPIC, {"name": "orders-dev"}, "plain transport"),
            Bad(TOPIC, {"name": "orders-dev"}, "plain transport", peers=(policy({**DENY, "Action": "sns:Subscribe"}),)),
            Bad(TOPIC, {"name": "bills-dev", "policy": document(DENY)}, "plain transport"),
            Bad(
                TOPIC,
                {"name": "orders-dev"},
                "plain transport",
                peers=(policy({**DENY, "Action": {"malformed": "sns:Publish"}}),),
            ),
        ),
    ),
    "sns-subscription-dead-letter-queue": Cases(
        good=(
            Good(SUBSCRIPTION, subscribed("sqs", redrivePolicy=DEAD_LETTERS)),
            Good(SUBSCRIPTION, subscribed("email")),
        ),
        bad=(
            Bad(SUBSCRIPTION, subscribed("sqs"), "redrivePolicy absent"),
            Bad(SUBSCRIPTION, subscribed("lambda", redrivePolicy="{}"), "redrivePolicy absent"),
            Bad(SUBSCRIPTION, subscribed("https"), "redrivePolicy absent"),
        ),
    ),
    "sns-no-plain-http": Cases(
        good=(Good(SUBSCRIPTION, subscribed("https")),),
        bad=(Bad(SUBSCRIPTION, subscribed("http"), "protocol http"),),
    ),
}
