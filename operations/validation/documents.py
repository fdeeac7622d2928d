"""Policy documents as AWS gives them back, brought into one form."""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, cast

Document = str | Mapping[str, Any]
TLS = {"Bool": {"aws:SecureTransport": ["false"]}}


def statements(document: Document) -> list[dict[str, Any]]:
    """The statements with lists, sorted, wherever IAM takes one or many."""
    parsed: Mapping[str, Any] = json.loads(document) if isinstance(document, str) else document
    return [_canonical(statement) for statement in cast(list[dict[str, Any]], _as_list(parsed.get("Statement", [])))]


def differences(found: Document, wanted: Document) -> Iterator[str]:
    """What one document says and the other does not, in words."""
    is_said, should_be = statements(found), statements(wanted)
    yield from (f"unexpected {_label(one)}" for one in is_said if one not in should_be)
    yield from (f"missing {_label(one)}" for one in should_be if one not in is_said)


def refuses_without_tls(document: Document, actions: Iterable[str], resource: str) -> bool:
    """Whether one statement denies everybody these actions on the resource unless they come over TLS."""
    return any(
        statement["Effect"] == "Deny"
        and statement.get("Principal") in ("*", {"AWS": ["*"]})
        and set(actions) <= set(statement["Action"])
        and statement["Resource"] == [resource]
        and statement.get("Condition") == TLS
        for statement in statements(document)
    )


def allows_service(document: Document, service: str, action: str) -> bool:
    """Whether a statement lets an AWS service do this, bound to one source or one account."""
    return any(
        statement["Effect"] == "Allow"
        and statement.get("Principal") == {"Service": [service]}
        and action in statement["Action"]
        and any("aws:Source" in key for keys in statement.get("Condition", {}).values() for key in keys)
        for statement in statements(document)
    )


def _canonical(statement: Mapping[str, Any]) -> dict[str, Any]:
    said = dict(statement)
    for member in ("Action", "Resource"):
        if member in said:
            said[member] = sorted(_as_list(said[member]))
    if isinstance(said.get("Principal"), dict):
        said["Principal"] = {kind: sorted(_as_list(value)) for kind, value in said["Principal"].items()}
    if "Condition" in said:
        said["Condition"] = {
            operator: {key: sorted(_as_list(value)) for key, value in keys.items()}
            for operator, keys in said["Condition"].items()
        }
    return said


def _label(statement: Mapping[str, Any]) -> str:
    actions, resources = statement.get("Action", ()), statement.get("Resource", ())
    return f"{statement.get('Effect')} {', '.join(actions)} on {', '.join(resources) or 'itself'}"


def _as_list(value: Any) -> list[Any]:
    return cast(list[Any], value) if isinstance(value, list) else [value]
