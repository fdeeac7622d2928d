"""The environment of a function: what it needs to reach each element it uses, and what its telemetry needs."""

import pulumi

from shared.contract import noun
from shared.model import Ciphertext, Function, Index, Queue, SecretParameter, Table, Topic, Use
from shared.scope import Scope


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
    for use in function.uses:
        name, value = _variable(scope, use)
        variables[name] = value
    return variables


def _variable(scope: Scope, use: Use) -> tuple[str, pulumi.Input[str]]:
    match use.target:
        case Queue() as queue:
            return f"{noun(queue).upper()}_URL", scope.upstream(queue, "url")
        case SecretParameter() as secret:
            return noun(secret).upper(), scope.upstream(secret, "name")
        case Topic() as topic:
            return f"{noun(topic).upper()}_ARN", scope.upstream(topic, "arn")
        case Ciphertext() as ciphertext:
            return noun(ciphertext).upper(), scope.upstream(ciphertext, "blob")
        case Table() as table:
            return noun(table).upper(), scope.upstream(table, "name")
        case Index() as index:
            return noun(index.table).upper(), scope.upstream(index.table, "name")
        case other:
            raise TypeError(f"a function has no variable for {other!r}")
