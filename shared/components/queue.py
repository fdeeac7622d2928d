"""SQS queues: a source queue with its dead-letter queue, and dead-letter queues that services send to."""

import json
from collections.abc import Mapping

import pulumi
import pulumi_aws as aws

from shared.model import DeadLetterQueue as DeadLetterDescription
from shared.model import Queue as Description
from shared.model import QueueEncryption
from shared.policy_document import Statement, policy_json, tls_only
from shared.scope import Scope

# After so many receives a message is taken for poison.
MAXIMUM_RECEIVES = 3

KMS_KEY: Mapping[QueueEncryption, str | None] = {
    QueueEncryption.SQS_MANAGED: None,
    QueueEncryption.AWS_MANAGED: "alias/aws/sqs",
}


class DeadLetterQueue(pulumi.ComponentResource):
    """A queue of what failed; only its own source may redrive into it. `outputs` are its URL and ARN."""

    outputs: dict[str, pulumi.Output[str]]

    def __init__(
        self,
        scope: Scope,
        queue: DeadLetterDescription,
        senders: tuple[Statement, ...] = (),
        parent: pulumi.Resource | None = None,
    ) -> None:
        super().__init__(
            scope.component_type("DeadLetterQueue"), queue.name, opts=pulumi.ResourceOptions(parent=parent)
        )
        made = aws.sqs.Queue(
            queue.name,
            name=scope.naming.name(queue),
            message_retention_seconds=queue.retention,
            redrive_allow_policy=json.dumps(_redrive_allowed(scope, queue), sort_keys=True),
            kms_master_key_id=KMS_KEY[queue.encryption],
            sqs_managed_sse_enabled=_sqs_managed(queue.encryption),
            tags=scope.tags,
            opts=pulumi.ResourceOptions(parent=self),
        )
        _policy(self, queue.name, made, scope.naming.arn(queue), senders)
        self.outputs = {"url": made.url, "arn": made.arn}
        self.register_outputs(self.outputs)


class Queue(pulumi.ComponentResource):
    """A source queue and its dead-letter queue; `outputs` are its URL and ARN."""

    outputs: dict[str, pulumi.Output[str]]
    dead_letter_queue: DeadLetterQueue

    def __init__(self, scope: Scope, queue: Description) -> None:
        super().__init__(scope.component_type("Queue"), queue.name)
        self.dead_letter_queue = DeadLetterQueue(scope, queue.dead_letter_queue, parent=self)
        redrive = {
            "deadLetterTargetArn": scope.naming.arn(queue.dead_letter_queue),
            "maxReceiveCount": MAXIMUM_RECEIVES,
        }
        made = aws.sqs.Queue(
            queue.name,
            name=scope.naming.name(queue),
            message_retention_seconds=queue.retention,
            visibility_timeout_seconds=queue.visibility_timeout,
            redrive_policy=json.dumps(redrive, sort_keys=True),
            kms_master_key_id=KMS_KEY[queue.encryption],
            sqs_managed_sse_enabled=_sqs_managed(queue.encryption),
            tags=scope.tags,
            opts=pulumi.ResourceOptions(parent=self, depends_on=[self.dead_letter_queue]),
        )
        _policy(self, queue.name, made, scope.naming.arn(queue))
        self.outputs = {"url": made.url, "arn": made.arn}
        self.register_outputs(self.outputs)


def _sqs_managed(encryption: QueueEncryption) -> bool | None:
    # SQS takes one of the two kinds of encryption; naming both, even as off, is a conflict.
    return True if encryption is QueueEncryption.SQS_MANAGED else None


def _redrive_allowed(scope: Scope, queue: DeadLetterDescription) -> dict[str, object]:
    if queue.source is None:
        return {"redrivePermission": "denyAll"}
    return {"redrivePermission": "byQueue", "sourceQueueArns": [scope.naming.arn(queue.source)]}


def _policy(
    parent: pulumi.Resource, name: str, queue: aws.sqs.Queue, arn: str, senders: tuple[Statement, ...] = ()
) -> None:
    # The ARN is computed, not read from the queue, so that a preview can check the whole document.
    aws.sqs.QueuePolicy(
        name,
        queue_url=queue.url,
        policy=policy_json([tls_only(arn, ("sqs:*",)), *senders]),
        opts=pulumi.ResourceOptions(parent=parent),
    )
