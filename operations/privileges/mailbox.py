"""A queue in which a run looks for what is its own."""

from collections.abc import Callable
from typing import Any


class Mailbox:
    """Takes this run's messages out of a queue; all others stay, out of sight until the run gives them back.

    A message that is received again and again would end among the dead letters, so that each is received once.
    """

    def __init__(self, sqs: Any, queue: str, ours: Callable[[str], bool]) -> None:
        self._sqs = sqs
        self._url: str = sqs.get_queue_url(QueueName=queue)["QueueUrl"]
        self._ours = ours
        self._others: list[str] = []
        self._taken: list[str] = []

    def holds(self, fits: Callable[[str], bool]) -> bool:
        """Whether a message of this run that fits has come by now."""
        self._take()
        return any(fits(text) for text in self._taken)

    def empty(self) -> None:
        """Forgets what has come until now."""
        self._take()
        self._taken.clear()

    def give_back(self) -> None:
        """Lets everybody see again what is not this run's."""
        self._take()
        for handle in self._others:
            self._sqs.change_message_visibility(QueueUrl=self._url, ReceiptHandle=handle, VisibilityTimeout=0)
        self._others.clear()

    def _take(self) -> None:
        asked = {"QueueUrl": self._url, "MaxNumberOfMessages": 10, "VisibilityTimeout": 600}
        while found := self._sqs.receive_message(**asked).get("Messages", []):
            for message in found:
                if self._ours(message["Body"]):
                    self._taken.append(message["Body"])
                    self._sqs.delete_message(QueueUrl=self._url, ReceiptHandle=message["ReceiptHandle"])
                else:
                    self._others.append(message["ReceiptHandle"])
