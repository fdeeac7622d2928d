"""What invokes a function, and how."""

from collections.abc import Iterator
from typing import Final

from policies.framework.resource import Resource
from policies.framework.stack import Stack

FUNCTION: Final = "aws:lambda/function:Function"
PERMISSION: Final = "aws:lambda/permission:Permission"
MAPPING: Final = "aws:lambda/eventSourceMapping:EventSourceMapping"
INVOKE_CONFIG: Final = "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig"

# Services that hand an event to Lambda and go; what fails later, they don't hear of.
ASYNCHRONOUS: Final = ("events", "s3", "sns", "logs", "ses", "iot", "config", "codecommit", "cloudformation")
STREAMS: Final = (":dynamodb:", ":kinesis:")


def reservation(function: Resource) -> int | None:
    """The reserved concurrency; None where the function takes from what the account has left."""
    found = function.read("reservedConcurrentExecutions")
    return None if found is None or found < 0 else found


def asynchronous_services(function: Resource, stack: Stack) -> Iterator[str]:
    """The services that are permitted to invoke the function and don't wait for it."""
    for permission in stack.naming(function, PERMISSION, "function"):
        service = str(permission.read("principal")).partition(".")[0]
        if service in ASYNCHRONOUS:
            yield service


def is_stream(mapping: Resource) -> bool:
    """Whether the mapping reads a stream, where one bad record holds up those behind it."""
    return any(part in (mapping.read("eventSourceArn") or "") for part in STREAMS)


def is_queue(mapping: Resource) -> bool:
    """Whether the mapping reads an SQS queue."""
    return ":sqs:" in (mapping.read("eventSourceArn") or "")
