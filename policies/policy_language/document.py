"""An IAM policy document, read strictly: what AWS might understand in another way than this reader is malformed."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

TOP_LEVEL = frozenset({"Version", "Id", "Statement"})
ELEMENTS = frozenset(
    {
        "Sid",
        "Effect",
        "Principal",
        "NotPrincipal",
        "Action",
        "NotAction",
        "Resource",
        "NotResource",
        "Condition",
    }
)


class MalformedDocumentError(ValueError):
    """The document is not one that can be judged; the message never quotes it."""


@dataclass(frozen=True)
class Statement:
    """One statement, all of whose one-or-many elements are tuples.

    `label` is its Sid, or its number from 0. `principals` are (kind, value) pairs like `Service`, `sqs.amazonaws.com`;
    a bare `*` is the pair `*`, `*`. `conditions` are (operator, key, values) triples.
    """

    label: str
    effect: str
    actions: tuple[str, ...] = ()
    not_actions: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()
    not_resources: tuple[str, ...] = ()
    principals: tuple[tuple[str, str], ...] = ()
    not_principals: tuple[tuple[str, str], ...] = ()
    conditions: tuple[tuple[str, str, tuple[str, ...]], ...] = ()


def statements(document: Any) -> list[Statement]:
    """The statements of a document, which is JSON text or the object itself. Raises MalformedDocumentError."""
    if isinstance(document, str):
        try:
            document = json.loads(document, object_pairs_hook=_without_duplicates)
        except json.JSONDecodeError as error:
            raise MalformedDocumentError(f"it is not JSON, from line {error.lineno} column {error.colno} on") from None
    body = _object(document, "the document", TOP_LEVEL)
    listed = body.get("Statement")
    if not isinstance(listed, list):
        listed = [listed]
    return [_statement(number, each) for number, each in enumerate(cast("list[Any]", listed))]


def _statement(number: int, body: Any) -> Statement:
    where = f"statement {number}"
    elements = _object(body, where, ELEMENTS)
    if elements.get("Effect") not in ("Allow", "Deny"):
        raise MalformedDocumentError(f"{where} has an Effect other than Allow and Deny")
    return Statement(
        label=str(elements.get("Sid") or number),
        effect=elements["Effect"],
        actions=_strings(elements.get("Action", []), f"Action of {where}"),
        not_actions=_strings(elements.get("NotAction", []), f"NotAction of {where}"),
        resources=_strings(elements.get("Resource", []), f"Resource of {where}"),
        not_resources=_strings(elements.get("NotResource", []), f"NotResource of {where}"),
        principals=_principals(elements.get("Principal", {}), f"Principal of {where}"),
        not_principals=_principals(elements.get("NotPrincipal", {}), f"NotPrincipal of {where}"),
        conditions=_conditions(elements.get("Condition", {}), f"Condition of {where}"),
    )


def _principals(value: Any, where: str) -> tuple[tuple[str, str], ...]:
    if isinstance(value, str):
        return ((value, value),)
    kinds = _object(value, where)
    return tuple((kind, name) for kind, names in kinds.items() for name in _strings(names, f"{kind} in {where}"))


def _conditions(value: Any, where: str) -> tuple[tuple[str, str, tuple[str, ...]], ...]:
    return tuple(
        (operator, key, _strings(values, f"{key} in {where}"))
        for operator, keys in _object(value, where).items()
        for key, values in _object(keys, f"{operator} in {where}").items()
    )


def _object(value: Any, where: str, allowed: frozenset[str] | None = None) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise MalformedDocumentError(f"{where} is not an object")
    elements = cast("Mapping[str, Any]", value)
    if strange := sorted(set(elements) - allowed) if allowed else []:
        raise MalformedDocumentError(f"{where} has an element that IAM does not know: {', '.join(strange)}")
    return elements


def _strings(value: Any, where: str) -> tuple[str, ...]:
    """One or many; numbers and booleans, which AWS takes in a condition, become text."""
    items = cast("list[Any]", value) if isinstance(value, list) else [value]
    if not all(isinstance(item, str | int | float | bool) for item in items):
        raise MalformedDocumentError(f"{where} is not text or a list of text")
    return tuple(str(item) for item in items)


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """JSON parsers differ in which of two equal keys wins, so neither can be judged."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise MalformedDocumentError("an object has the same key twice")
    return found
