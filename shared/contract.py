"""What each layer promises to export for whom: one declaration for the writer and the reader."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

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
    System,
    Table,
    Topic,
)
from shared.model.case import snake_case

Element = (
    Api
    | Bucket
    | Ciphertext
    | DeadLetterQueue
    | EventBus
    | Function
    | Key
    | OnEvent
    | OnSchedule
    | Queue
    | Role
    | SecretParameter
    | Table
    | Topic
)


@dataclass(frozen=True, slots=True)
class Promise:
    """The layer that owns a kind of element, the word for the kind in output keys, and the attributes it exports."""

    layer: str
    word: str
    attributes: tuple[str, ...]
    elements: Callable[[System], tuple[Element, ...]]


PROMISES: Mapping[type, Promise] = {
    Key: Promise("security", "key", ("id", "arn", "alias"), lambda system: system.keys),
    Ciphertext: Promise("security", "ciphertext", ("blob",), lambda system: system.ciphertexts),
    Role: Promise("security", "role", ("arn",), lambda system: tuple(function.role for function in system.functions)),
    SecretParameter: Promise("security", "parameter", ("name",), lambda system: system.secrets),
    Table: Promise("data", "table", ("name", "arn", "stream_arn"), lambda system: system.tables),
    Bucket: Promise("data", "bucket", ("name", "arn"), lambda system: system.buckets),
    Queue: Promise("messaging", "queue", ("url", "arn"), lambda system: system.queues),
    Topic: Promise("messaging", "topic", ("arn",), lambda system: system.topics),
    EventBus: Promise("messaging", "bus", ("name", "arn"), lambda system: system.buses),
    DeadLetterQueue: Promise("messaging", "dlq", ("url", "arn"), lambda system: system.dead_letter_queues),
    Function: Promise("compute", "function", ("name", "arn", "invoke_arn"), lambda system: system.functions),
    OnSchedule: Promise("compute", "rule", ("name",), lambda system: system.schedules),
    OnEvent: Promise("compute", "rule", ("name",), lambda system: system.event_rules),
    Api: Promise("api", "api", ("id", "url"), lambda system: system.apis),
}

# The hash of what a layer was built from; every layer exports it beside its elements.
BUILT_FROM = "built_from"


def promised(layer: str, system: System) -> Iterator[tuple[Element, str]]:
    """Every element and attribute that the layer exports for the system."""
    for promise in PROMISES.values():
        if promise.layer == layer:
            for element in promise.elements(system):
                yield from ((element, attribute) for attribute in attributes(element))


def owner(element: Element) -> str:
    """Name of the layer that exports the element."""
    return PROMISES[type(element)].layer


def attributes(element: Element) -> tuple[str, ...]:
    """The attributes exported of this very element; a table without a stream has no stream's ARN."""
    promise = PROMISES[type(element)]
    if isinstance(element, Table) and element.stream is None:
        return tuple(attribute for attribute in promise.attributes if attribute != "stream_arn")
    return promise.attributes


def noun(element: Element) -> str:
    """The element in snake case, ending in the word for its kind, which is not said twice."""
    word = PROMISES[type(element)].word
    name = snake_case(element.name)
    return name if name.endswith(f"_{word}") else f"{name}_{word}"


def output_key(element: Element, attribute: str) -> str:
    """Key of the stack output that holds the attribute."""
    return f"{noun(element)}_{attribute}"
