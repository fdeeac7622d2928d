"""A queue in which a run looks for what is its own."""

from collections.abc import Callable
from typing import Any

Message = dict[str, Any]

# Long enough for a run; whoever ends earlier gives back earlier.
OUT_OF_SIGHT_S = 600


class Mailbox:
    """Takes this run's messages out of a queue; all others stay, out of sight until the run gives them back.

    A message that is received again and again would end among the dead letters, so that each is received once.
    """

    def __init__(self, sqs: Any, url: str, ours: Callable[[Message], bool]) -> None:
        self._sqs = sqs
        self._url = url
        self._ours = ours
        self._others: list[str] = []
        self._taken: list[Message] = []

    def take(self, wait_s: int = 0) -> list[Message]:
        """This run's messages of one look at the queue, which waits up to `wait_s` for a first message of anybody's."""
        return [message for message in self._look(wait_s) if self._sort(message)]

    def holds(self, fits: Callable[[Message], bool]) -> bool:
        """Whether a message of this run that fits has come by now."""
        self._taken += self.take()
        return any(fits(message) for message in self._taken)

    def empty(self) -> None:
        """Forgets what has come until now."""
        while found := self._look():
            for message in found:
                self._sort(message)
        self._taken.clear()

    def give_back(self) -> None:
        """Lets everybody see again what is not this run's."""
        for handle in self._others:
            self._sqs.change_message_visibility(QueueUrl=self._url, ReceiptHandle=handle, VisibilityTimeout=0)
        self._others.clear()

    def _look(self, wait_s: int = 0) -> list[Message]:
        asked = {"MaxNumberOfMessages": 10, "MessageAttributeNames": ["All"], "VisibilityTimeout": OUT_OF_SIGHT_S}
        return self._sqs.receive_message(QueueUrl=self._url, WaitTimeSeconds=wait_s, **asked).get("Messages", [])

    def _sort(self, message: Message) -> bool:
        """Whether the message is this run's, and taken; else it is kept out of sight."""
        ours = self._ours(message)
        if ours:
            self._sqs.delete_message(QueueUrl=self._url, ReceiptHandle=message["ReceiptHandle"])
        else:
            self._others.append(message["ReceiptHandle"])
        return ours
