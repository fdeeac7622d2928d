"""How far the windows of a message have been made known."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class KnownEvents:
    """All events of a message, or those of these ids."""

    message_ids: frozenset[str] = frozenset()
    all: bool = False

    def has(self, message_id: str) -> bool:
        """Whether the event of this id has been put."""
        return self.all or message_id in self.message_ids
