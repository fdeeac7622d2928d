"""Puts a message into a queue on a service's behalf."""

from typing import Any
from uuid import uuid4

from local.emulator.gaps.metrics.queues import note_sent
from local.emulator.ministack import load


def put(queue_arn: str, body: str, attributes: dict[str, str]) -> None:
    """Add a message with these attributes, all strings; whether the service may is the caller's to ask."""
    queues = load("services.sqs")
    queue = queues._queue_by_arn(queue_arn)
    typed = {name: {"DataType": "String", "StringValue": value} for name, value in attributes.items()}
    message: dict[str, Any] = {"id": str(uuid4()), "body": body, "message_attributes": typed}
    message["md5_attrs"] = queues._md5_msg_attrs(typed)
    queues._ensure_msg_fields(message)
    message["visible_at"] += queues.queue_delay(queue)
    queue["messages"].append(message)
    load("core.concurrency").esm_wake.set()
    note_sent(queue_arn.rpartition(":")[2])
