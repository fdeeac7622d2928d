"""What a queue says of redriving, in its own properties or in resources of their own."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from policies.framework.resource import Resource
from policies.framework.stack import Stack
from policies.relations.json_text import json_object

QUEUE: Final = "aws:sqs/queue:Queue"


def redrive(queue: Resource, stack: Stack) -> Mapping[str, Any]:
    """Where the queue sends what could not be processed; empty where it does not."""
    return _said(queue, stack, "aws:sqs/redrivePolicy:RedrivePolicy", "redrivePolicy")


def redrive_allowed(queue: Resource, stack: Stack) -> Mapping[str, Any]:
    """Which queues may send it what they could not process; empty where it does not say, which means all."""
    return _said(queue, stack, "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy", "redriveAllowPolicy")


def sources(queue: Resource, stack: Stack) -> Iterator[Resource]:
    """The queues of the stack that send the queue what they could not process."""
    for each in stack.of(QUEUE):
        target = redrive(each, stack).get("deadLetterTargetArn")
        if isinstance(target, str) and stack.is_name(target, queue):
            yield each


def _said(queue: Resource, stack: Stack, resource_type: str, path: str) -> Mapping[str, Any]:
    if own := json_object(queue, path):
        return own
    return next((json_object(one, path) for one in stack.naming(queue, resource_type, "queueUrl")), {})
