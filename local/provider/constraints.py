"""What a service model, and the table beside it, allow a value to be."""

import re
from typing import Any

from local.provider.schema import Field

SHOWN_CHOICES = 12


def violation(shape: Any, field: Field, value: Any) -> str | None:
    """Why the value is not allowed, None when it is. Lists are checked by length, strings also by enum and pattern."""
    allowed = field.choices or tuple(getattr(shape, "enum", None) or ()) if not isinstance(value, list) else ()
    metadata = shape.metadata if shape is not None and field.kind is None else {}
    shown = "the value" if metadata.get("sensitive") else f"'{value}'"
    if allowed and value not in allowed:
        return f"{shown} is not one of {_shown(allowed)}"
    low, high = field.limits or (metadata.get("min"), metadata.get("max"))
    if not isinstance(value, bool) and not _within(value, low, high):
        return f"{_measure(value)} must be within {_bound(low)} and {_bound(high)}"
    pattern = field.pattern or metadata.get("pattern")
    if pattern and isinstance(value, str) and not _matches(pattern, value):
        return f"{shown} does not match {pattern}"
    return None


def _within(value: Any, low: Any, high: Any) -> bool:
    size = len(value) if isinstance(value, str | list | bytes) else value
    return (low is None or size >= low) and (high is None or size <= high)


def _measure(value: Any) -> str:
    if isinstance(value, str | bytes):
        return f"its length ({len(value)})"
    return f"its number of items ({len(value)})" if isinstance(value, list) else f"{value}"


def _bound(limit: Any) -> str:
    return "any" if limit is None else str(limit)


def _shown(allowed: tuple[Any, ...]) -> str:
    shown = ", ".join(str(choice) for choice in allowed[:SHOWN_CHOICES])
    return shown if len(allowed) <= SHOWN_CHOICES else f"{shown} ... ({len(allowed)} in all)"


def _matches(pattern: str, value: str) -> bool:
    try:
        # Java's and POSIX's classes that some service models use are not Python's.
        return re.fullmatch(re.sub(r"\\p\{(\w+)\}", r"\\w", pattern), value, re.DOTALL) is not None
    except re.error:
        return True
