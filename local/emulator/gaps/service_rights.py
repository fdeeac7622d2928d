"""What the policies of queues, topics, functions and keys allow an AWS service on behalf of a source."""

from typing import Any

from local.emulator.ministack import load
from local.emulator.pinned import Wrapped

WRAPPED = (
    Wrapped("services.sqs", "queue_policy_allows", "5de01aa09a4ceb84"),
    Wrapped("services.sns", "topic_policy_allows", "2c5001e5af7ece8f"),
    Wrapped("services.kms", "_resolve_key", "90e6b84ded7c823f"),
    Wrapped("core.iam_evaluator", "evaluate_resource_policy", "e49ce7161ad63e35"),
)
KEY_ACTIONS = ("kms:GenerateDataKey", "kms:Decrypt")


def refusal_to_send(queue_arn: str, service: str, source_arn: str) -> str | None:
    """Why `service` may not send to the queue on behalf of `source_arn`; None when it may."""
    queue = load("services.sqs")._queue_by_arn(queue_arn)
    if not load("services.sqs").queue_policy_allows(queue_arn, service, source_arn, _account()):
        return f"the policy of {queue_arn} does not let {service} send to it on behalf of {source_arn}"
    return _refusal_of_key(queue["attributes"].get("KmsMasterKeyId"), service, source_arn)


def refusal_to_publish(topic_arn: str, service: str, source_arn: str) -> str | None:
    """Why `service` may not publish to the topic on behalf of `source_arn`; None when it may."""
    topic = load("services.sns")._topic_by_arn_any_scope(topic_arn)
    if topic is None:
        return f"there is no topic {topic_arn}"
    if not load("services.sns").topic_policy_allows(topic_arn, service, source_arn, _account()):
        return f"the policy of {topic_arn} does not let {service} publish to it on behalf of {source_arn}"
    return _refusal_of_key(topic["attributes"].get("KmsMasterKeyId"), service, source_arn)


def _refusal_of_key(key: str | None, service: str, source_arn: str) -> str | None:
    """A key that AWS manages admits no other service; a key of one's own admits whom its policy names."""
    if not key:
        return None
    record = None if "alias/aws/" in key else load("services.kms")._resolve_key(key)
    if record is None:
        return f"the key {key} admits no {service}"
    denied = [action for action in KEY_ACTIONS if not _key_allows(record, action, service, source_arn)]
    return f"the policy of {record['Arn']} does not allow {service} {denied[0]}" if denied else None


def _key_allows(record: dict[str, Any], action: str, service: str, source_arn: str) -> bool:
    evaluator, account = load("core.iam_evaluator"), _account()
    context = evaluator.EvalContext(
        principal_arn="*",
        principal_type="Service",
        principal_account="",
        action=action,
        resource_arn=record["Arn"],
        region=load("core.responses").get_region(),
        secure_transport=True,
        service_context={"aws:sourcearn": source_arn, "aws:sourceaccount": account},
    )
    return evaluator.evaluate_resource_policy(record.get("Policy") or "", context, service=service).decision == "Allow"


def _account() -> str:
    return load("core.responses").get_account_id()
