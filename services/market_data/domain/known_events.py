"""How far the windows of a message have been made known."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class KnownEvents:
    """All events of a message, or those of these ids."""

    message_ids: frozenset[str] = frozenset()
    all: bool = False

    def after(self, left: AbstractSet[str], put: AbstractSet[str]) -> "KnownEvents":
        """What is known once those of the events that were left are put."""
        return KnownEvents(self.message_ids | (left & put), all=left <= put)
