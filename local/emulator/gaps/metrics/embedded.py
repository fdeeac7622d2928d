"""Metrics in the embedded format: log events that say which of their members are values of which metric."""

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

# Whatever else a function logs is passed over at the cost of a search.
MARK = '"CloudWatchMetrics"'


class EmbeddedValue(NamedTuple):
    """One value as CloudWatch is to publish it; `at` is a Unix time in seconds."""

    namespace: str
    name: str
    value: float
    unit: str
    dimensions: tuple[tuple[str, str], ...]
    at: float


def embedded_values(message: str) -> Iterator[EmbeddedValue]:
    """The values that `message` embeds; none when it is not of the format."""
    if MARK not in message:
        return
    try:
        document = json.loads(message)
        header = document["_aws"]
        directives, at = list(header["CloudWatchMetrics"]), header["Timestamp"] / 1000
    except (ValueError, KeyError, TypeError):
        return
    for directive in directives:
        yield from _of_directive(document, directive, at)


def _of_directive(document: dict[str, Any], directive: dict[str, Any], at: float) -> Iterator[EmbeddedValue]:
    for names in directive.get("Dimensions") or [[]]:
        dimensions = tuple((name, str(document[name])) for name in names if name in document)
        for metric in directive.get("Metrics", []):
            found = document.get(metric["Name"])
            for value in found if isinstance(found, list) else [found]:
                if isinstance(value, int | float):
                    unit = metric.get("Unit", "None")
                    yield EmbeddedValue(directive["Namespace"], metric["Name"], float(value), unit, dimensions, at)
