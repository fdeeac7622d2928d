"""What a system is to the tests of faults: what goes in, and what must have come of it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from typing import Any, Protocol

from shared.model import System
from tests.faults.laboratory.laboratory import Laboratory

Message = dict[str, Any]


@dataclass(frozen=True)
class Outcome:
    """What has come of all that went in, without what may differ from run to run.

    `state` tells what is stored, by a key of the scenario's; `messages` the content of each message by its message id,
    and `copies` how often it was sent.
    """

    state: Mapping[str, object]
    messages: Mapping[str, object]
    copies: Counter[str] = field(compare=False)

    @property
    def most_copies(self) -> int:
        """Of the message that was sent most often."""
        return max(self.copies.values(), default=0)


class Scenario(Protocol):
    """A system at work. Inputs are told by names, such as event ids; each belongs to one input for ever."""

    system: System
    secrets: Mapping[str, str]
    inputs: Sequence[str]
    heals_within: timedelta

    def many(self, count: int) -> Sequence[str]:
        """That many inputs, for campaigns; what comes of them does not depend on `disordered`."""
        ...

    def disordered(self, names: list[str], random: Random) -> list[str]:
        """The inputs in another order that their senders may put them in, too."""
        ...

    def prepare(self, laboratory: Laboratory) -> None:
        """Puts in place what users have set up before: rules, alerts."""
        ...

    def offer(self, laboratory: Laboratory, name: str) -> bool:
        """Puts one input in, as its sender does; whether the system took responsibility for it."""
        ...

    def outcome(self, laboratory: Laboratory) -> Outcome:
        """What stands now."""
        ...

    def redrive(self, laboratory: Laboratory, letters: Mapping[str, Sequence[Message]]) -> None:
        """Puts what was in the dead-letter queues, told by their names, back as an operator does."""
        ...
