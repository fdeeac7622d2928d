"""Sends a queue's dead letter to its source again."""

from dataclasses import dataclass
from typing import Any

from operations.dead_letters.letter import Letter
from operations.dead_letters.letter_box import AT_ONCE
from operations.dead_letters.step import Step
from shared.dead_letters import UnprocessedMessages
from shared.naming import Naming


@dataclass(frozen=True, slots=True)
class MessageAgain:
    """For single letters: SQS's own move takes all of a queue."""

    sqs: Any
    letters: UnprocessedMessages
    naming: Naming
    seconds: int = 10
    at_once: int = AT_ONCE

    def step(self, letter: Letter) -> Step:
        """The same body and attributes, as a new message."""
        return Step(f"send it to {self.letters.source.name}", lambda: self._send(letter))

    def _send(self, letter: Letter) -> None:
        url = self.naming.queue_url(self.letters.source)
        self.sqs.send_message(QueueUrl=url, MessageBody=letter.body, MessageAttributes=dict(letter.attributes))
