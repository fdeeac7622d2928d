"""Functions, and the mappings that feed them."""

from typing import Final

from policies.framework.resource import Resource

FUNCTION: Final = "aws:lambda/function:Function"
PERMISSION: Final = "aws:lambda/permission:Permission"
MAPPING: Final = "aws:lambda/eventSourceMapping:EventSourceMapping"
INVOKE_CONFIG: Final = "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig"

STREAMS: Final = (":dynamodb:", ":kinesis:")


def reservation(function: Resource) -> int | None:
    """The reserved concurrency; None where the function takes from what the account has left."""
    found = function.read("reservedConcurrentExecutions")
    return None if found is None or found < 0 else found


def log_group_name(function: Resource) -> str:
    """The name of the log group that the function writes to."""
    return function.read("loggingConfig.logGroup") or f"/aws/lambda/{function.read('name')}"


def is_stream(mapping: Resource) -> bool:
    """Whether the mapping reads a stream, where one bad record holds up those behind it."""
    return any(part in (mapping.read("eventSourceArn") or "") for part in STREAMS)


def is_queue(mapping: Resource) -> bool:
    """Whether the mapping reads an SQS queue."""
    return ":sqs:" in (mapping.read("eventSourceArn") or "")
