"""Queues: encrypted, over TLS alone, dead-lettered after three receives, and dead letters from nowhere else."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, cast

from operations.validation.deployed import Deployed
from operations.validation.documents import refuses_without_tls
from operations.validation.examination import Examined, elements, examine_each, shows
from operations.validation.finding import Fact, Finding, equals, holds
from shared.model import DeadLetterQueue, Queue

MAXIMUM_RECEIVES = 3
AnyQueue = Queue | DeadLetterQueue


def examine(deployed: Deployed) -> Iterator[Finding]:
    """Findings on every queue, every queue's dead letters, and every destination of failures."""
    naming = deployed.naming
    queues = elements(deployed, lambda system: system.queues, lambda _, queue: naming.name(queue))
    yield from examine_each(queues, (_protection, _retention, _redrive, _visibility))
    dead = elements(deployed, lambda system: system.dead_letter_queues, lambda _, queue: naming.name(queue))
    yield from examine_each(dead, (_protection, _retention, _redrive_allowed))


def attributes(queue: Examined[Any]) -> Mapping[str, str]:
    """All attributes of a queue, found by its name."""
    url = queue.ask("sqs", "get_queue_url", QueueName=queue.name)["QueueUrl"]
    return queue.ask("sqs", "get_queue_attributes", QueueUrl=url, AttributeNames=["All"])["Attributes"]


@shows("ALL-5")
def _protection(queue: Examined[AnyQueue]) -> Iterator[Fact]:
    found = attributes(queue)
    managed = found.get("SqsManagedSseEnabled") == "true"
    key = found.get("KmsMasterKeyId") or ("SQS-managed key" if managed else None)
    if _written_by_services(queue.element):
        # A service can't use the AWS-managed key of SQS.
        well = key is not None and key != "alias/aws/sqs"
        yield holds("encryption", well, key, "with a key that the service can use")
    else:
        yield holds("encryption", key is not None, key, "with any key")
    arn = found["QueueArn"]
    well = refuses_without_tls(found.get("Policy", "{}"), ["sqs:*"], arn)
    yield holds("TLS only", well, well, "a deny of sqs:* to everybody without TLS")


@shows("ALL-5")
def _retention(queue: Examined[AnyQueue]) -> Iterator[Fact]:
    yield equals("retention in s", int(attributes(queue)["MessageRetentionPeriod"]), queue.element.retention)


@shows("ALL-5")
def _redrive(queue: Examined[Queue]) -> Iterator[Fact]:
    found = _json(attributes(queue).get("RedrivePolicy"))
    yield equals("receives before its DLQ", int(found.get("maxReceiveCount", 0)), MAXIMUM_RECEIVES)
    wanted = queue.deployed.naming.arn(queue.element.dead_letter_queue)
    own = found.get("deadLetterTargetArn") == wanted
    yield equals("dead letters go to", "its own DLQ" if own else found.get("deadLetterTargetArn"), "its own DLQ")


@shows("ALL-5")
def _visibility(queue: Examined[Queue]) -> Iterator[Fact]:
    found = attributes(queue)
    visibility = int(found["VisibilityTimeout"])
    yield equals("visibility timeout in s", visibility, queue.element.visibility_timeout)
    arn = found["QueueArn"]
    mappings = queue.deployed.ask_all("lambda", "list_event_source_mappings", "EventSourceMappings", EventSourceArn=arn)
    for mapping in mappings:
        consumer = queue.ask("lambda", "get_function_configuration", FunctionName=mapping["FunctionArn"])
        least = 6 * consumer["Timeout"] + mapping.get("MaximumBatchingWindowInSeconds", 0)
        yield holds("visibility for its consumer", visibility >= least, visibility, f"at least {least}")


@shows("ALL-5")
def _redrive_allowed(queue: Examined[DeadLetterQueue]) -> Iterator[Fact]:
    found = _json(attributes(queue).get("RedriveAllowPolicy"))
    source = queue.element.source
    if source is None:
        yield equals("redrive", found.get("redrivePermission"), "denyAll")
        return
    wanted = {"redrivePermission": "byQueue", "sourceQueueArns": [queue.deployed.naming.arn(source)]}
    yield equals("redrive", "from its source alone" if found == wanted else found, "from its source alone")


def _written_by_services(queue: AnyQueue) -> bool:
    return isinstance(queue, DeadLetterQueue) and queue.source is None


def _json(text: str | None) -> dict[str, Any]:
    return cast(dict[str, Any], json.loads(text or "{}"))
