"""A dead-letter queue as people use it: looked into, and emptied one letter at a time."""

from collections.abc import Generator, Iterable
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from operations.batches import batches
from operations.dead_letters.letter import ASKED, Letter
from operations.error_code import error_code
from shared.dead_letters import DeadLetters
from shared.naming import Naming

# What SQS takes and gives at once.
AT_ONCE = 10
# Long enough to have looked at all letters before the first of them comes again.
LOOK_S = 30
# A short poll asks a few of SQS's servers only, and may find nothing where something is.
WAIT_S = 1

WAITING = "ApproximateNumberOfMessages"
TAKEN = "ApproximateNumberOfMessagesNotVisible"


def is_missing(error: ClientError) -> bool:
    """Whether SQS says that there is no such queue."""
    return error_code(error).endswith(("NonExistentQueue", "QueueDoesNotExist"))


@dataclass(frozen=True, slots=True)
class Depth:
    """About how many letters wait, and how many are out of sight because someone has received them."""

    waiting: int
    taken: int


class LetterBox:
    """The queue of these dead letters in an environment; botocore's errors where SQS refuses."""

    def __init__(self, sqs: Any, letters: DeadLetters, naming: Naming) -> None:
        self.letters = letters
        self.url = naming.queue_url(letters.queue)
        self._sqs = sqs

    def depth(self) -> Depth:
        """About what the queue holds."""
        told = self._sqs.get_queue_attributes(QueueUrl=self.url, AttributeNames=[WAITING, TAKEN])["Attributes"]
        return Depth(int(told[WAITING]), int(told[TAKEN]))

    @contextmanager
    def look(self, at_most: int) -> Generator[list[Letter]]:
        """So many of the letters, oldest first; they are out of sight for as long as one looks, 30 seconds at most."""
        seen: dict[str, Letter] = {}
        try:
            while len(seen) < at_most:
                found = self.receive(min(AT_ONCE, at_most - len(seen)), LOOK_S)
                fresh = [letter for letter in found if letter.message_id not in seen]
                seen.update((letter.message_id, letter) for letter in found)
                if not fresh:
                    break
            yield sorted(seen.values(), key=lambda letter: letter.sent_at)
        finally:
            self.give_back(seen.values())

    def receive(self, count: int, hidden_s: int) -> list[Letter]:
        """At most `count` letters, 10 at most, each out of others' sight for so many seconds."""
        asked = {"MaxNumberOfMessages": count, "VisibilityTimeout": hidden_s, "WaitTimeSeconds": WAIT_S}
        found = self._sqs.receive_message(QueueUrl=self.url, **asked, **ASKED)
        return [Letter.of(message) for message in found.get("Messages", [])]

    def give_back(self, letters: Iterable[Letter]) -> None:
        """Lets everybody see the letters again; one that someone else has received meanwhile is theirs."""
        for batch in batches(list(letters), AT_ONCE):
            entries = [
                {"Id": str(place), "ReceiptHandle": letter.receipt_handle, "VisibilityTimeout": 0}
                for place, letter in enumerate(batch)
            ]
            self._sqs.change_message_visibility_batch(QueueUrl=self.url, Entries=entries)

    def remove(self, letter: Letter) -> None:
        """Deletes the letter for good."""
        self._sqs.delete_message(QueueUrl=self.url, ReceiptHandle=letter.receipt_handle)
