"""Queues."""

import json
from typing import Any

from tests.policies.case import ARN, ROOT, Bad, Cases, Good, allow, denial_of_plain_transport, document, peer

QUEUE = "aws:sqs/queue:Queue"
QUEUE_POLICY = "aws:sqs/queuePolicy:QueuePolicy"
REDRIVE = "aws:sqs/redrivePolicy:RedrivePolicy"
REDRIVE_ALLOW = "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy"

URL = "https://sqs.us-east-1.amazonaws.com/123456789012/{}"
SOURCE, DEAD = "orders-dev", "orders-dlq-dev"
SOURCE_ARN, DEAD_ARN = ARN.format("sqs", SOURCE), ARN.format("sqs", DEAD)
DENY = denial_of_plain_transport("sqs:*", SOURCE_ARN)
SENT_BY_A_ROLE = allow("sqs:SendMessage", DEAD_ARN, Principal={"AWS": ROOT})
SENT_BY_EVENTS = allow("sqs:SendMessage", DEAD_ARN, Principal={"Service": "events.amazonaws.com"})


def policy(*statements: dict[str, Any], queue: str = SOURCE, **place: Any) -> Any:
    return peer(QUEUE_POLICY, {"queueUrl": URL.format(queue), "policy": document(*statements)}, "policy", **place)


def to(target: str, receives: Any = 3) -> str:
    return json.dumps({"deadLetterTargetArn": target, "maxReceiveCount": receives})


def source(**properties: Any) -> Any:
    return peer(QUEUE, {"name": SOURCE, "redrivePolicy": to(DEAD_ARN), **properties}, "source")


def allowing(permission: str, *arns: str) -> str:
    return json.dumps({"redrivePermission": permission, **({"sourceQueueArns": arns} if arns else {})})


def dead(allowed: str | None) -> dict[str, Any]:
    return {"name": DEAD, **({"redriveAllowPolicy": allowed} if allowed else {})}


CASES = {
    "sqs-encrypted": Cases(
        good=(
            Good(QUEUE, {"sqsManagedSseEnabled": True}),
            Good(QUEUE, {"kmsMasterKeyId": "alias/aws/sqs"}),
        ),
        bad=(
            Bad(QUEUE, {}, "sqsManagedSseEnabled absent"),
            Bad(QUEUE, {"sqsManagedSseEnabled": False}, "sqsManagedSseEnabled False"),
        ),
    ),
    "sqs-key-for-services": Cases(
        good=(
            Good(QUEUE, {"name": DEAD, "sqsManagedSseEnabled": True}, peers=(policy(SENT_BY_EVENTS, queue=DEAD),)),
            Good(QUEUE, {"name": SOURCE, "kmsMasterKeyId": "alias/aws/sqs"}, peers=(policy(DENY),)),
            Good(
                QUEUE,
                {"kmsMasterKeyId": "alias/aws/sqs", "policy": document({**SENT_BY_EVENTS, "Principal": {"AWS": ROOT}})},
            ),
        ),
        bad=(
            Bad(
                QUEUE,
                {"name": DEAD, "kmsMasterKeyId": "alias/aws/sqs"},
                "events.amazonaws.com under alias/aws/sqs",
                peers=(policy(SENT_BY_EVENTS, queue=DEAD),),
            ),
            Bad(
                QUEUE,
                {"name": DEAD, "kmsMasterKeyId": "alias/aws/sqs", "policy": document(SENT_BY_EVENTS)},
                "events.amazonaws.com under alias/aws/sqs",
            ),
        ),
    ),
    "sqs-tls-only": Cases(
        good=(
            Good(QUEUE, {"name": SOURCE}, peers=(policy(DENY),)),
            Good(QUEUE, {"name": SOURCE, "policy": document(DENY)}),
            Good(QUEUE, {"name": SOURCE}, peers=(policy(denial_of_plain_transport("*", "*")),)),
            Good(
                QUEUE,
                {"url": "not known"},
                peers=(policy({**DENY, "Resource": "*"}, queue="another", links={"queueUrl": "it"}),),
            ),
            Good(
                QUEUE,
                {"name": SOURCE},
                peers=(
                    policy(
                        denial_of_plain_transport(
                            "sqs:*", "*", Condition={"BoolIfExists": {"AWS:SecureTransport": False}}
                        )
                    ),
                ),
            ),
        ),
        bad=(
            Bad(QUEUE, {"name": SOURCE}, "plain transport"),
            Bad(QUEUE, {"name": SOURCE}, "plain transport", peers=(policy(DENY, queue="bills-dev"),)),
            Bad(
                QUEUE,
                {"name": SOURCE},
                "plain transport",
                peers=(policy(DENY, links={"queueUrl": "bills"}), peer(QUEUE, {"name": "bills-dev"}, "bills")),
            ),
            Bad(QUEUE, {"name": SOURCE}, "plain transport", peers=(policy({**DENY, "Effect": "Allow"}),)),
            Bad(QUEUE, {"name": SOURCE}, "plain transport", peers=(policy({**DENY, "Resource": DEAD_ARN}),)),
            Bad(QUEUE, {"name": SOURCE}, "plain transport", peers=(policy({**DENY, "Action": "sqs:SendMessage"}),)),
            Bad(
                QUEUE,
                {"name": SOURCE},
                "plain transport",
                peers=(policy({**DENY, "Principal": {"AWS": "arn:aws:iam::123456789012:root"}}),),
            ),
            Bad(
                QUEUE,
                {"name": SOURCE},
                "plain transport",
                peers=(policy({**DENY, "Condition": {"Bool": {"aws:SecureTransport": "true"}}}),),
            ),
            Bad(
                QUEUE,
                {"name": SOURCE},
                "plain transport",
                peers=(
                    policy(
                        {**DENY, "Condition": {**DENY["Condition"], "StringEquals": {"aws:SourceAccount": "1"}}},
                    ),
                ),
            ),
        ),
    ),
    "sqs-dead-letter-queue": Cases(
        good=(
            Good(QUEUE, {"name": SOURCE, "redrivePolicy": to(DEAD_ARN)}),
            Good(QUEUE, {"name": SOURCE, "redrivePolicy": to(DEAD_ARN, "3")}),
            Good(QUEUE, {"name": SOURCE, "redrivePolicy": to(DEAD_ARN, 5)}, settings={"maxReceiveCount": 5.0}),
            Good(
                QUEUE,
                {"name": SOURCE},
                peers=(peer(REDRIVE, {"queueUrl": URL.format(SOURCE), "redrivePolicy": to(DEAD_ARN)}),),
            ),
            Good(QUEUE, dead(allowing("denyAll"))),
        ),
        bad=(
            Bad(QUEUE, {"name": SOURCE}, "redrivePolicy absent"),
            Bad(QUEUE, {"name": SOURCE, "redrivePolicy": "no JSON"}, "redrivePolicy absent"),
            Bad(QUEUE, {"name": SOURCE, "redrivePolicy": "[]"}, "redrivePolicy absent"),
            Bad(QUEUE, {"redrivePolicy": to(DEAD_ARN, 10)}, "redrivePolicy.maxReceiveCount 10"),
            Bad(
                QUEUE,
                {"redrivePolicy": json.dumps({"deadLetterTargetArn": DEAD_ARN})},
                "redrivePolicy.maxReceiveCount absent",
            ),
        ),
    ),
    "sqs-redrive-allowed": Cases(
        good=(
            Good(QUEUE, {"name": SOURCE, "redrivePolicy": to(DEAD_ARN)}),
            Good(QUEUE, dead(allowing("byQueue", SOURCE_ARN)), peers=(source(),)),
            Good(QUEUE, dead(allowing("byQueue", SOURCE_ARN))),
            Good(QUEUE, dead(allowing("denyAll"))),
            Good(
                QUEUE,
                dead(None),
                peers=(peer(REDRIVE_ALLOW, {"queueUrl": URL.format(DEAD), "redriveAllowPolicy": allowing("denyAll")}),),
            ),
        ),
        bad=(
            Bad(QUEUE, dead(None), "redriveAllowPolicy.redrivePermission absent"),
            Bad(QUEUE, dead(allowing("allowAll")), "redriveAllowPolicy.redrivePermission allowAll"),
            Bad(QUEUE, dead(allowing("denyAll")), "redriveAllowPolicy.redrivePermission denyAll", peers=(source(),)),
            Bad(QUEUE, dead(allowing("byQueue")), "redriveAllowPolicy.sourceQueueArns absent"),
            Bad(
                QUEUE,
                dead(allowing("byQueue", ARN.format("sqs", "bills-dev"))),
                f"redriveAllowPolicy.sourceQueueArns {ARN.format('sqs', 'bills-dev')}",
                peers=(source(),),
            ),
            Bad(
                QUEUE,
                dead(allowing("byQueue", SOURCE_ARN, DEAD_ARN)),
                f"redriveAllowPolicy.sourceQueueArns {SOURCE_ARN}, {DEAD_ARN}",
                peers=(source(),),
            ),
        ),
    ),
    "sqs-dead-letter-retention": Cases(
        good=(
            Good(
                QUEUE,
                {"name": DEAD, "messageRetentionSeconds": 604800},
                peers=(source(messageRetentionSeconds=604800),),
            ),
            Good(QUEUE, {"name": DEAD, "messageRetentionSeconds": 60}),
            Good(QUEUE, {"name": DEAD}, peers=(source(), peer(QUEUE, {"name": "bills-dev"}))),
        ),
        bad=(
            Bad(QUEUE, {"name": DEAD}, "shorter than source", peers=(source(messageRetentionSeconds=345601),)),
            Bad(QUEUE, {"name": DEAD, "messageRetentionSeconds": 60}, "shorter than source", peers=(source(),)),
        ),
    ),
}
