"""How often a message may come: twice where a fault falls between its sending and the mark that it was sent."""

from collections.abc import Collection, Sequence
from itertools import pairwise, takewhile

from tests.faults.laboratory.faults import Effect, KilledAfter, Operation, ReplyLost, Slow
from tests.faults.scenarios.scenario import Outcome

# What they have done is out of the sender's hands; marks follow.
SENDS: Collection[Operation] = frozenset({"eventbridge.PutEvents", "sns.PublishBatch", "sqs.SendMessageBatch"})

# A batch has at most so many entries.
LARGEST_SEND = 10


def marks(calls: Sequence[Operation]) -> set[Operation]:
    """The operations by which what was sent is marked."""
    return {after for before, after in pairwise(calls) if before in SENDS and after not in SENDS}


def most_copies(effect: Effect, place: int, calls: Sequence[Operation]) -> int:
    """Of any message, where the effect meets a single one of the calls: that at the place, from 1."""
    done = calls[: place if isinstance(effect, KilledAfter | ReplyLost | Slow) else place - 1]
    marks = [*takewhile(lambda call: call not in SENDS and call == done[-1], reversed(done))]
    before, after = done[: len(done) - len(marks)], calls[len(done) :]
    marking = not marks or after[:1] == (marks[0],)
    return 2 if before and before[-1] in SENDS and marking else 1


def too_many(outcome: Outcome, struck: Sequence[tuple[Effect, int]], calls: Sequence[Operation]) -> list[str]:
    """The messages, in words, whose copies the faults don't excuse.

    `struck` are the effects of the faults, each with the place of its call, from 1.
    """
    excused = sum(most_copies(effect, place, calls) - 1 for effect, place in struck)
    copied = {message: count for message, count in outcome.copies.items() if count > 1}
    if sum(copied.values()) - len(copied) > excused * LARGEST_SEND:
        return [f"message {message}: {count} copies" for message, count in copied.items()]
    return [f"message {message}: {count} copies" for message, count in copied.items() if count > 1 + excused]
