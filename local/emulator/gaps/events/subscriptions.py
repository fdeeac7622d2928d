"""A notification reaches a function or a queue only by its permission; else it goes to the subscription's queue.

AWS documentation, SNS developer guide: "Fanout Amazon SNS notifications to Lambda functions" (the function admits
sns.amazonaws.com for the topic, and is invoked asynchronously), "Amazon SNS dead-letter queues" (client errors are not
retried), "Subscribing an encrypted Amazon SQS queue to an Amazon SNS topic" (the queue's key admits
sns.amazonaws.com).

MiniStack asks functions and keys for nothing, calls functions once, and drops what it can't deliver. A release that
asks makes this unnecessary. Not supplied: retries, and deliveries to other endpoints.
"""

import json
import logging
from typing import Any

from local.emulator.gaps import service_rights
from local.emulator.gaps.metrics.queues import note_sent
from local.emulator.gaps.permissions import permits
from local.emulator.gaps.queue_entry import put
from local.emulator.gaps.settings import GapSettings
from local.emulator.ministack import load
from local.emulator.pinned import Wrapped

WRAPPED = (
    Wrapped("services.sns", "_deliver_to_sqs", "f85849838ccafc6a"),
    Wrapped("services.sns", "_deliver_to_lambda", "aa6b8a8c312e182a"),
    Wrapped("services.lambda_svc", "_get_func_record_for_ref", "492b4efe8f903a0f"),
    Wrapped("services.lambda_svc", "_execution_record_for_config", "632acaa44892bdae"),
    *service_rights.WRAPPED,
)
SNS = "sns.amazonaws.com"
logger = logging.getLogger("subscriptions")


def close(_: GapSettings) -> None:
    """Ask before each delivery."""
    topics = load("services.sns")
    to_queue = topics._deliver_to_sqs

    def queued(endpoint: str, envelope: str, raw: bool, raw_message: str, **settings: Any) -> None:
        topic = settings["topic_arn"]
        found = load("services.sqs")._queue_by_arn(endpoint) is not None
        refusal = service_rights.refusal_to_send(endpoint, SNS, topic) if found else f"there is no queue {endpoint}"
        if refusal:
            _bury(topics, topic, endpoint, raw_message if raw else envelope, refusal)
            return
        to_queue(endpoint, envelope, raw, raw_message, **settings)
        note_sent(endpoint.rpartition(":")[2])

    topics._deliver_to_sqs, topics._deliver_to_lambda = queued, _call


def _call(endpoint: str, envelope: str, topic: str, subscription: str, *_: Any) -> None:
    service = load("services.lambda_svc")
    record, config, _name = service._get_func_record_for_ref(endpoint)
    if record is None or not permits(record, SNS, topic):
        refusal = f"there is no function {endpoint} that lets {SNS} call it for {topic}"
        _bury(load("services.sns"), topic, endpoint, envelope, refusal)
        return
    of_topic = {"EventVersion": "1.0", "EventSubscriptionArn": subscription, "EventSource": "aws:sns"}
    event = {"Records": [{**of_topic, "Sns": json.loads(envelope)}]}
    service.invoke_async_with_retry(service._execution_record_for_config(record, config), event)


def _bury(topics: Any, topic_arn: str, endpoint: str, body: str, refusal: str) -> None:
    """Put what could not be delivered into the subscription's dead-letter queue, if that admits it."""
    logger.warning("A notification was not delivered: %s", refusal)
    topic = topics._topic_by_arn_any_scope(topic_arn) or {"subscriptions": []}
    for subscription in topic["subscriptions"]:
        policy = (subscription.get("attributes") or {}).get("RedrivePolicy")
        if subscription.get("endpoint") != endpoint or not policy:
            continue
        queue = json.loads(policy)["deadLetterTargetArn"]
        if load("services.sqs")._queue_by_arn(queue) is None:
            logger.error("A notification was dropped: there is no queue %s", queue)
        elif dropped := service_rights.refusal_to_send(queue, SNS, topic_arn):
            logger.error("A notification was dropped: %s", dropped)
        else:
            put(queue, body, {})
