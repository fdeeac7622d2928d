"""Foretells the outputs of a layer that is not deployed yet, so that what stands on it can be previewed."""

from functools import singledispatch

from shared.contract import Element
from shared.model import (
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
from shared.naming import Naming

# Stands where AWS mints a part; it can't be taken for a real label.
MINTED = "PREDICTED"


@singledispatch
def predicted(element: Element, naming: Naming, system: System) -> dict[str, str]:
    """Attributes by name; those that AWS mints whole are missing."""
    raise TypeError(f"nothing is deployed upon {element!r}, so nothing foretells it")


@predicted.register
def _(element: Role, naming: Naming, system: System) -> dict[str, str]:
    return {"arn": naming.arn(element)}


@predicted.register
def _(element: Key, naming: Naming, system: System) -> dict[str, str]:
    return {"alias": naming.key_alias(element)}


@predicted.register
def _(element: Ciphertext, naming: Naming, system: System) -> dict[str, str]:
    return {}


@predicted.register
def _(element: Topic, naming: Naming, system: System) -> dict[str, str]:
    return {"arn": naming.arn(element)}


@predicted.register
def _(element: SecretParameter, naming: Naming, system: System) -> dict[str, str]:
    return {"name": naming.parameter_name(system, element)}


@predicted.register
def _(element: Table, naming: Naming, system: System) -> dict[str, str]:
    stream_arn = naming.stream_arn(element, MINTED)
    return {"name": naming.name(element), "arn": naming.arn(element), "stream_arn": stream_arn}


@predicted.register(Queue)
@predicted.register(DeadLetterQueue)
def _(element: Queue | DeadLetterQueue, naming: Naming, system: System) -> dict[str, str]:
    return {"url": naming.queue_url(element), "arn": naming.arn(element)}


@predicted.register
def _(element: Function, naming: Naming, system: System) -> dict[str, str]:
    return {"name": naming.name(element), "arn": naming.arn(element), "invoke_arn": naming.invoke_arn(element)}


@predicted.register(Bucket)
@predicted.register(EventBus)
def _(element: Bucket | EventBus, naming: Naming, system: System) -> dict[str, str]:
    return {"name": naming.name(element), "arn": naming.arn(element)}


@predicted.register(OnEvent)
@predicted.register(OnSchedule)
def _(element: OnEvent | OnSchedule, naming: Naming, system: System) -> dict[str, str]:
    return {"name": naming.name(element)}
