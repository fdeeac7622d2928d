"""Faults, and the calls that they hit."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field

# A call on AWS, as `dynamodb.PutItem`.
Operation = str
EVERY: Operation = "*"

# Of the calls that a fault looks at, which one it hits: told their number, from 1.
Turn = Callable[[int], bool]


class ProcessKilledError(BaseException):
    """The function's process is gone: no handler of the code under test may run."""


@dataclass(frozen=True)
class Refused:
    """AWS answers with an error and does nothing."""

    code: str = "ThrottlingException"
    status: int = 400


@dataclass(frozen=True)
class TimedOut:
    """The call has no effect and no answer."""


@dataclass(frozen=True)
class ReplyLost:
    """The call has its effect, and no answer."""


@dataclass(frozen=True)
class KilledBefore:
    """The process dies before the call has an effect."""


@dataclass(frozen=True)
class KilledAfter:
    """The process dies once the call has had its effect."""


@dataclass(frozen=True)
class Slow:
    """The call has its effect and its answer, after so many seconds."""

    seconds: float


@dataclass(frozen=True)
class Meanwhile:
    """Something else happens before the call has its effect, such as another invocation."""

    happens: Callable[[], object]


@dataclass(frozen=True)
class LeftOut:
    """A batch call does only what the choice keeps, told each entry's place; the answer says what it left out."""

    keep: Callable[[int], bool]


Effect = Refused | TimedOut | ReplyLost | KilledBefore | KilledAfter | Slow | Meanwhile | LeftOut


def first(count: int) -> Turn:
    return lambda number: number <= count


def nth(number: int) -> Turn:
    return lambda other: other == number


def always(number: int) -> bool:
    return number > 0


def among(numbers: Collection[int]) -> Turn:
    return lambda number: number in numbers


@dataclass
class Fault:
    """What happens to a function's calls of one operation, or of every."""

    effect: Effect
    operation: Operation = EVERY
    turn: Turn = always
    looked_at: int = field(default=0, init=False)
    hits: int = field(default=0, init=False)

    def strikes(self, operation: Operation) -> bool:
        """Whether this call is one that it hits; counts it."""
        if self.operation not in (EVERY, operation):
            return False
        self.looked_at += 1
        if not self.turn(self.looked_at):
            return False
        self.hits += 1
        return True
