"""What a system must do for its grants to be needed."""

from collections.abc import Callable, Mapping
from typing import Protocol

# Exercises one function to its last grant and says what did not happen.
Flow = Callable[[], list[str]]


class Exercise(Protocol):
    """A system at work, one flow a function."""

    @property
    def flows(self) -> Mapping[str, Flow]:
        """Flows by the functions' names."""
        ...

    def begin(self) -> None:
        """Makes the flows fast."""
        ...

    def end(self) -> None:
        """Puts back all that was changed for them."""
        ...
