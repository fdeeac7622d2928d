"""What every source of events can be asked."""

from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import Protocol


@dataclass
class Turbulence:
    """How deliveries go astray, as AWS allows itself: another order, smaller batches, the same twice.

    `repeats` is the share of deliveries that happen again.
    """

    random: Random
    repeats: float = 0.05

    @classmethod
    def seeded(cls, seed: int, repeats: float = 0.05) -> "Turbulence":
        """The same disorder for the same seed."""
        return cls(Random(seed), repeats)  # noqa: S311 - nothing is secret about it

    def again(self) -> bool:
        return self.random.random() < self.repeats

    def size(self, largest: int) -> int:
        return self.random.randint(1, largest)


class Source(Protocol):
    """Delivers events to a function."""

    def deliver(self) -> bool:
        """Whether there was anything to deliver now."""
        ...

    def next_due(self) -> datetime | None:
        """When there may be something again; None when nothing waits."""
        ...
