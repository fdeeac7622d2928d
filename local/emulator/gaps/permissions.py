"""Whether a function's resource policy lets a service call it, and for what a service calls."""

from fnmatch import fnmatchcase
from typing import Any


def permits(function: dict[str, Any], service: str, source_arn: str) -> bool:
    """Whether a statement of `function`'s policy allows `service` to invoke it on behalf of `source_arn`."""
    statements: list[dict[str, Any]] = (function.get("policy") or {}).get("Statement", [])
    return any(_allows(statement, service, source_arn) for statement in statements)


def _allows(statement: dict[str, Any], service: str, source_arn: str) -> bool:
    principal = statement.get("Principal")
    named = principal.get("Service") if isinstance(principal, dict) else principal
    if statement.get("Effect") != "Allow" or named not in {"*", service}:
        return False
    conditions: list[dict[str, str]] = list((statement.get("Condition") or {}).values())
    sources = [value for keys in conditions for key, value in keys.items() if key.lower() == "aws:sourcearn"]
    return all(fnmatchcase(source_arn, wanted) for wanted in sources)


def execution_arn(region: str, account: str, *, api: str, stage: str, method: str) -> str:
    """What a REST API calls a function for; `method` is the verb and the resource's path."""
    return f"arn:aws:execute-api:{region}:{account}:{api}/{stage}/{method}"
