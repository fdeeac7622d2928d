"""A system's graph, derived from its description."""

from collections.abc import Iterator

from operations.pictures.graph import Dock, Edge, Flow, Graph, Kind, Node
from operations.pictures.kinds import CLIENTS, KINDS
from shared.contract import Element, noun, owner
from shared.model import (
    Access,
    Api,
    Ciphertext,
    DeadLetterQueue,
    Function,
    Index,
    Key,
    Objects,
    OnEvent,
    OnLogs,
    OnObjectCreated,
    OnQueue,
    OnSchedule,
    OnStream,
    OwnMetrics,
    Queue,
    SecretParameter,
    System,
    Table,
    Topic,
    Trigger,
    Use,
)

CALLERS = Node("callers", CLIENTS, "clients", layer=None)
READS = {Access.GETS, Access.GETS_BATCHES, Access.QUERIES, Access.READS_OBJECTS}
# Shown at the function that reads them, not as places that arrows lead to.
SECRETS = (SecretParameter, Ciphertext)


def system_graph(system: System) -> Graph:
    """Everything that the system's description mentions; a secret is shown at each function that reads it."""
    elements = (
        *(*system.apis, *system.functions, *system.tables, *system.buckets),
        *(*system.topics, *system.buses, *system.queues, *system.rules),
    )
    callers = (CALLERS,) if system.apis else ()
    return Graph(
        title=system.name,
        summary=f"Architecture of the system {system.name}",
        legend=True,
        nodes=(*callers, *(_node(element) for element in elements)),
        edges=tuple(_edges(system)),
    )


def _node(element: Element) -> Node:
    return Node(noun(element), KINDS[type(element)], element.name, owner(element), tuple(_docks(element)))


def _docks(element: Element) -> Iterator[Dock]:
    match element:
        case Function():
            for use in element.uses:
                if isinstance(use.target, SECRETS):
                    yield _dock(use.access.value, use.target)
            yield from _encryption(element.environment_key)
            yield from _dead_letters("failed invocations", element.failure_queue)
            yield from _dead_letters("failed stream records", element.stream_failure_queue)
        case Table() | Topic():
            yield from _encryption(element.key)
        case Queue():
            yield from _dead_letters("poison messages", element.dead_letter_queue)
        case OnSchedule() | OnEvent():
            yield from _dead_letters("undelivered events", element.dead_letter_queue)
        case _:
            pass


def _encryption(key: Key | None) -> Iterator[Dock]:
    if key is not None:
        yield _dock("encrypted under", key)


def _dead_letters(caption: str, queue: DeadLetterQueue | None) -> Iterator[Dock]:
    if queue is not None:
        yield _dock(caption, queue)


def _dock(caption: str, element: Element) -> Dock:
    kind: Kind = KINDS[type(element)]
    return Dock(kind, caption, element.name, owner(element), failed=isinstance(element, DeadLetterQueue))


def _edges(system: System) -> Iterator[Edge]:
    for api in system.apis:
        yield Edge(CALLERS.key, noun(api), ("HTTPS",), Flow.TRIGGERS)
        yield from _routes(api)
    for function in system.functions:
        for trigger in function.triggers:
            yield from _triggering(system, trigger, function)
        if function.on_success:
            yield Edge(noun(function), noun(function.on_success), ("on success",), Flow.WRITES)
        yield from _uses(function)


def _routes(api: Api) -> Iterator[Edge]:
    for function in dict.fromkeys(route.invokes for route in api.routes):
        verbs = tuple(f"{route.method} {route.path}" for route in api.routes if route.invokes == function)
        yield Edge(noun(api), noun(function), verbs, Flow.TRIGGERS)


def _triggering(system: System, trigger: Trigger, function: Function) -> Iterator[Edge]:
    match trigger:
        case OnStream():
            yield Edge(noun(trigger.table), noun(function), _stream_words(trigger), Flow.TRIGGERS)
        case OnQueue():
            yield Edge(noun(trigger.queue), noun(function), (f"batches of {trigger.batch_size}",), Flow.TRIGGERS)
        case OnSchedule():
            yield Edge(noun(trigger), noun(function), (_every(trigger.every),), Flow.TRIGGERS)
        case OnEvent():
            yield Edge(noun(trigger.bus), noun(trigger), ("events",), Flow.TRIGGERS)
            yield Edge(noun(trigger), noun(function), ("that fit",), Flow.TRIGGERS)
        case OnObjectCreated():
            yield Edge(noun(trigger.bucket), noun(function), ("new objects",), Flow.TRIGGERS)
        case OnLogs():
            for name in trigger.of:
                yield Edge(noun(system.function(name)), noun(function), ("log events",), Flow.TRIGGERS)


def _stream_words(trigger: OnStream) -> tuple[str, ...]:
    first, *others = trigger.event_names or ("",)
    filtered = (f"having {trigger.having.name}",) if trigger.having else ()
    return (f"stream {first}".strip(), *others, *filtered)


def _every(seconds: int) -> str:
    minutes = seconds // 60
    return "every minute" if minutes == 1 else f"every {minutes} min"


def _uses(function: Function) -> Iterator[Edge]:
    """One edge for each element that the function uses, whatever it does with it."""
    used: dict[str, list[Use]] = {}
    for use in function.uses:
        match use.target:
            case SecretParameter() | Ciphertext() | OwnMetrics():
                continue
            case Index(table=element) | Objects(bucket=element):
                pass
            case element:
                pass
        used.setdefault(noun(element), []).append(use)
    for target, uses in used.items():
        reads = all(use.access in READS for use in uses)
        yield Edge(noun(function), target, tuple(map(_verb, uses)), Flow.READS if reads else Flow.WRITES)


def _verb(use: Use) -> str:
    return f"{use.access.value} {use.target.name}" if isinstance(use.target, Index) else use.access.value
