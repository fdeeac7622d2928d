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
    System,
    Table,
    Topic,
)
from shared.model.use import Target
from shared.naming import Naming
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
    settings = scope.settings
    variables: dict[str, pulumi.Input[str]] = {
        **known_variables(scope.naming, settings.environment, settings.log_level, scope.system, function)
    }
    for element in filter(None, (reached(use.target) for use in function.uses)):
        name, value = _variable(scope, element)
        variables[name] = value
    return variables


def known_variables(
    naming: Naming, environment: str, log_level: str, system: System, function: Function
) -> dict[str, str]:
    """Variables whose values follow from descriptions and settings alone, with no element deployed."""
    variables = {
        "ENVIRONMENT": environment,
        "SYSTEM": system.name,
        "LOG_LEVEL": log_level,
        "POWERTOOLS_SERVICE_NAME": function.name,
        # Metrics of two environments in one account must not add up.
        "POWERTOOLS_METRICS_NAMESPACE": naming.suffixed(system.name),
    }
    if function.answers_within is not None:
        variables["ANSWERS_WITHIN_SECONDS"] = str(function.answers_within)
    return variables


def reached(target: Target) -> Element | None:
    """The element whose address a function needs for a use; None where it needs none."""
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
