"""Every output contract is met."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from operations.audit.finding import Finding, program
from operations.audit.state import Deployed, State
from shared.contract import BUILT_FROM, Element, output_key, owner, promised
from shared.layers import LAYERS
from shared.model import (
    Api,
    Bucket,
    Ciphertext,
    DeadLetterQueue,
    EventBus,
    Function,
    Key,
    OnEvent,
    OnSchedule,
    Queue,
    Role,
    SecretParameter,
    Table,
    Topic,
)

CHECK = "output-contract"
DESCRIPTION = "Every layer exports what it promises, of the very elements that it has deployed, and nothing else."


@dataclass(frozen=True, slots=True)
class Source:
    """The type of the resource that an attribute is of, and the property that holds it."""

    type: str
    property: str


# A resource has the name of its element in its program.
SOURCES: Mapping[type, Mapping[str, Source]] = {
    Key: {
        "id": Source("kms/key:Key", "keyId"),
        "arn": Source("kms/key:Key", "arn"),
        "alias": Source("kms/alias:Alias", "name"),
    },
    Ciphertext: {"blob": Source("kms/ciphertext:Ciphertext", "ciphertextBlob")},
    Role: {"arn": Source("iam/role:Role", "arn")},
    SecretParameter: {"name": Source("ssm/parameter:Parameter", "name")},
    Table: {
        "name": Source("dynamodb/table:Table", "name"),
        "arn": Source("dynamodb/table:Table", "arn"),
        "stream_arn": Source("dynamodb/table:Table", "streamArn"),
    },
    Bucket: {"name": Source("s3/bucket:Bucket", "bucket"), "arn": Source("s3/bucket:Bucket", "arn")},
    Queue: {"url": Source("sqs/queue:Queue", "url"), "arn": Source("sqs/queue:Queue", "arn")},
    DeadLetterQueue: {"url": Source("sqs/queue:Queue", "url"), "arn": Source("sqs/queue:Queue", "arn")},
    Topic: {"arn": Source("sns/topic:Topic", "arn")},
    EventBus: {
        "name": Source("cloudwatch/eventBus:EventBus", "name"),
        "arn": Source("cloudwatch/eventBus:EventBus", "arn"),
    },
    Function: {
        "name": Source("lambda/function:Function", "name"),
        "arn": Source("lambda/function:Function", "arn"),
        "invoke_arn": Source("lambda/function:Function", "invokeArn"),
    },
    OnSchedule: {"name": Source("cloudwatch/eventRule:EventRule", "name")},
    OnEvent: {"name": Source("cloudwatch/eventRule:EventRule", "name")},
    Api: {"id": Source("apigateway/restApi:RestApi", "id"), "url": Source("apigateway/stage:Stage", "invokeUrl")},
}


def examine(deployed: Deployed) -> Iterator[Finding]:
    """Findings on outputs that are promised and missing, that nobody promised, and that name something else."""
    for layer in LAYERS:
        exported = deployed.state.outputs[layer]
        owed = {output_key(*promise): promise for system in deployed.systems for promise in promised(layer, system)}
        advice = f"deploy it: just deploy {layer} {deployed.environment}"
        for key in sorted(owed.keys() | {BUILT_FROM}):
            if not exported.get(key):
                yield _finding(layer, key, f"layer '{layer}' promises '{key}' and does not export it", advice)
            # A secret is encrypted anew wherever it stands in the state.
            elif key in owed and isinstance(exported[key], str):
                element, attribute = owed[key]
                if exported[key] != _said(deployed.state, element, attribute):
                    message = f"'{key}' names what layer '{layer}' has not deployed as {element.name}: {exported[key]}"
                    yield _finding(layer, key, message, advice)
        for key in sorted(exported.keys() - owed.keys() - {BUILT_FROM}):
            message = f"layer '{layer}' exports '{key}', which no contract promises"
            yield _finding(layer, key, message, f"declare it in shared/contract.py, or {advice}")


def _said(state: State, element: Element, attribute: str) -> str | None:
    """What the element's own resource says of the attribute; None where it is not deployed."""
    source = SOURCES[type(element)][attribute]
    return next(
        (
            {**resource.outputs, "id": resource.id}.get(source.property)
            for resource in state.of(source.type)
            if resource.layer == owner(element) and resource.name == element.name
        ),
        None,
    )


def _finding(layer: str, key: str, message: str, advice: str) -> Finding:
    return Finding(CHECK, f"{layer}:{key}", message, advice, program(layer))
