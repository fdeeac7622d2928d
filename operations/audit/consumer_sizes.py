"""Every queue and every stream with a consumer has sizes that fit the consumer's."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from operations.audit.finding import Finding, program
from operations.audit.state import Deployed, Resource, State
from shared.model.concurrency import LARGEST_UNWINDOWED_BATCH, LEAST_CONCURRENCY, VISIBILITY_FACTOR

CHECK = "consumer-size"
DESCRIPTION = "Every queue and stream with a consumer has sizes that fit."

# How long DynamoDB keeps a stream's records, in seconds.
STREAM_RETENTION = 86_400
# What holds where a resource does not say otherwise, in seconds.
VISIBILITY_TIMEOUT, QUEUE_RETENTION, FUNCTION_TIMEOUT = 30, 345_600, 3
BATCH_OF_QUEUE = 10


def examine(deployed: Deployed) -> Iterator[Finding]:
    """Findings on the mappings, on the queues that they read, and on what they take of their function's reservation."""
    state = deployed.state
    functions = _functions(state)
    mappings = list(state.of("lambda/eventSourceMapping:EventSourceMapping"))
    for mapping in mappings:
        function = functions.get(str(mapping.inputs["functionName"]))
        if function is None:
            yield _finding(mapping, f"runs a function that is not deployed: {mapping.inputs['functionName']}")
        elif ":sqs:" in str(mapping.inputs["eventSourceArn"]):
            yield from _of_queue(state, mapping, function)
        else:
            yield from _of_stream(state, mapping)
    for function in state.of("lambda/function:Function"):
        own = [one for one in mappings if functions.get(str(one.inputs["functionName"])) is function]
        yield from _reservation(state, function, own)


def _of_queue(state: State, mapping: Resource, function: Resource) -> Iterator[Finding]:
    said = mapping.inputs
    queue = state.by_arn("sqs/queue:Queue").get(str(said["eventSourceArn"]))
    if queue is None:
        yield _finding(mapping, f"reads a queue that is not deployed: {said['eventSourceArn']}")
        return
    name, window = queue.inputs["name"], int(said.get("maximumBatchingWindowInSeconds", 0))
    visibility = int(queue.inputs.get("visibilityTimeoutSeconds", VISIBILITY_TIMEOUT))
    needed = VISIBILITY_FACTOR * int(function.inputs.get("timeout", FUNCTION_TIMEOUT)) + window
    if visibility < needed:
        consumer = function.inputs["name"]
        yield _finding(
            queue,
            f"{name} hides a message for {visibility} s, but {consumer} needs {needed} s: "
            f"{VISIBILITY_FACTOR} times its timeout, and the batching window",
        )
    if int(said.get("batchSize", BATCH_OF_QUEUE)) > LARGEST_UNWINDOWED_BATCH and window < 1:
        yield _finding(mapping, f"takes {said['batchSize']} messages of {name} at once without a batching window")
    yield from _retention(state, queue, visibility)


def _retention(state: State, queue: Resource, visibility: int) -> Iterator[Finding]:
    name, retention = queue.inputs["name"], int(queue.inputs.get("messageRetentionSeconds", QUEUE_RETENTION))
    redrive: Mapping[str, Any] = json.loads(queue.inputs.get("redrivePolicy") or "{}")
    dead_letters = state.by_arn("sqs/queue:Queue").get(redrive.get("deadLetterTargetArn", ""))
    if dead_letters is None:
        yield _finding(queue, f"{name} has a consumer and no dead-letter queue that is deployed")
        return
    hidden = int(redrive["maxReceiveCount"]) * visibility
    if retention <= hidden:
        yield _finding(queue, f"{name} keeps a message for {retention} s, less than its receives hide it: {hidden} s")
    kept = int(dead_letters.inputs.get("messageRetentionSeconds", QUEUE_RETENTION))
    if kept < retention:
        # SQS counts from when the message came into the source queue.
        yield _finding(
            dead_letters,
            f"{dead_letters.inputs['name']} keeps a message for {kept} s in all, less than {name}: {retention} s",
        )


def _of_stream(state: State, mapping: Resource) -> Iterator[Finding]:
    said = mapping.inputs
    streams = {str(table.outputs.get("streamArn")) for table in state.of("dynamodb/table:Table")}
    if said["eventSourceArn"] not in streams:
        yield _finding(mapping, f"reads a stream that no table has: {said['eventSourceArn']}")
    age = int(said.get("maximumRecordAgeInSeconds", -1))
    if not 0 < age < STREAM_RETENTION:
        yield _finding(
            mapping,
            f"gives a record up after {age} s, but the stream keeps it for {STREAM_RETENTION} s: "
            "what is not given up before is lost",
        )
    failures = said.get("destinationConfig", {}).get("onFailure", {}).get("destinationArn")
    if failures not in state.by_arn("sqs/queue:Queue"):
        yield _finding(mapping, f"gives records up to no queue that is deployed: {failures}")


def _reservation(state: State, function: Resource, mappings: list[Resource]) -> Iterator[Finding]:
    reserved = int(function.inputs.get("reservedConcurrentExecutions", -1))
    taken = 0
    for mapping in mappings:
        if ":sqs:" in str(mapping.inputs["eventSourceArn"]):
            most = int(mapping.inputs.get("scalingConfig", {}).get("maximumConcurrency", 0))
            if most < LEAST_CONCURRENCY:
                yield _finding(mapping, f"sets no bound to how often it runs {function.inputs['name']} at once")
            taken += most
        else:
            taken += int(mapping.inputs.get("parallelizationFactor", 1))
    others = int(any(_permitted(state, function)))
    if mappings and 0 < reserved < taken + others:
        yield _finding(
            function,
            f"{function.inputs['name']} has {reserved} executions reserved, but its queues and streams take {taken}"
            + (" and others run it, too" if others else ""),
        )


def _permitted(state: State, function: Resource) -> Iterator[bool]:
    """Whether each permission is one to run this function."""
    called = (function.inputs["name"], function.arn)
    return (one.inputs["function"] in called for one in state.of("lambda/permission:Permission"))


def _functions(state: State) -> dict[str, Resource]:
    """The functions by both of what a mapping may call them."""
    functions = list(state.of("lambda/function:Function"))
    return {str(one.inputs["name"]): one for one in functions} | {one.arn: one for one in functions}


def _finding(resource: Resource, message: str) -> Finding:
    advice = "deploy what is described, which refuses sizes that do not fit"
    return Finding(CHECK, resource.name, message, advice, program(resource.layer))
