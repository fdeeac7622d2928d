"""The environment of a function: what it needs to reach each element it uses, and what its telemetry needs."""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi

from shared.contract import Element, noun
from shared.model import (
    Bucket,
    Ciphertext,
    EventBus,
    Function,
    Index,
    Objects,
    OwnMetrics,
    Queue,
    SecretParameter,
    Table,
    Topic,
)
from shared.model.use import Target
from shared.scope import Scope


@dataclass(frozen=True, slots=True)
class Address:
    """The attribute by which a function reaches an element, and what the variable's name says of it."""

    attribute: str
    ending: str = ""


ADDRESSES: Mapping[type, Address] = {
    Queue: Address("url", "_url"),
    Topic: Address("arn", "_arn"),
    SecretParameter: Address("name"),
    Ciphertext: Address("blob"),
    Table: Address("name"),
    Bucket: Address("name"),
    EventBus: Address("name"),
}


def environment_variables(scope: Scope, function: Function) -> dict[str, pulumi.Input[str]]:
    """Variables by name: one for each element used, beside those that every function has."""
    variables: dict[str, pulumi.Input[str]] = {
        "ENVIRONMENT": scope.settings.environment,
        "SYSTEM": scope.system.name,
        "LOG_LEVEL": scope.settings.log_level,
        "POWERTOOLS_SERVICE_NAME": function.name,
        # Metrics of two environments in one account must not add up.
        "POWERTOOLS_METRICS_NAMESPACE": scope.naming.suffixed(scope.system.name),
    }
    if function.answers_within is not None:
        variables["ANSWERS_WITHIN_SECONDS"] = str(function.answers_within)
    for element in filter(None, (reached(use.target) for use in function.uses)):
        name, value = _variable(scope, element)
        variables[name] = value
    return variables


def reached(target: Target) -> Element | None:
    match target:
        case Index(table=table):
            return table
        case Objects(bucket=bucket):
            return bucket
        case OwnMetrics():
            # Where metrics go is said to the telemetry already.
            return None
        case element:
            return element


def _variable(scope: Scope, element: Element) -> tuple[str, pulumi.Input[str]]:
    address = ADDRESSES.get(type(element))
    if address is None:
        raise TypeError(f"a function has no variable for {element!r}")
    return f"{noun(element)}{address.ending}".upper(), scope.upstream(element, address.attribute)
