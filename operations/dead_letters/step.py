"""What puts one letter back."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from operations.dead_letters.letter import Letter


class NotTakenError(Exception):
    """The letter can't be put back, or its target did not take it; the message says why, and the letter stays."""


@dataclass(frozen=True, slots=True)
class Step:
    """What would be done with a letter, in words, and the deed; NotTakenError where its target does not take it."""

    says: str
    act: Callable[[], None]


class Way(Protocol):
    """How the letters of one queue go back."""

    @property
    def seconds(self) -> int:
        """How long the deed for one letter may take."""
        ...

    @property
    def at_once(self) -> int:
        """How many letters to receive at once, 1 to 10."""
        ...

    def step(self, letter: Letter) -> Step:
        """What this letter needs; nothing is changed yet. NotTakenError where there is no way back for it."""
        ...
