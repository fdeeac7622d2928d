"""EventBridge buses of a system's own."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class EventBus:
    """A bus for custom events; rules on it route them to functions."""

    name: str
