"""SQS queues and their dead-letter queues."""

from dataclasses import dataclass
from enum import StrEnum

from shared.model.duration import days, minutes


class QueueEncryption(StrEnum):
    """Whose key encrypts a queue's messages at rest."""

    SQS_MANAGED = "SQS-managed key"
    AWS_MANAGED = "AWS-managed KMS key alias/aws/sqs"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetterQueue:
    """A queue of what could not be processed.

    `source` is the queue that redrives into it; None where a service sends to it (then nothing may redrive into it).
    """

    name: str
    retention: int = days(14)
    encryption: QueueEncryption = QueueEncryption.SQS_MANAGED
    source: "Queue | None" = None


@dataclass(frozen=True, slots=True)
class Queue:
    """A standard queue with a dead-letter queue after three receives.

    Durations are seconds. `visibility_timeout` must be at least six times its consumer's timeout plus the window.
    """

    name: str
    retention: int = days(4)
    visibility_timeout: int = minutes(5)
    encryption: QueueEncryption = QueueEncryption.SQS_MANAGED
    dead_letter_retention: int = days(14)

    @property
    def dead_letter_queue(self) -> DeadLetterQueue:
        return DeadLetterQueue(
            name=f"{self.name}-dlq",
            retention=self.dead_letter_retention,
            encryption=self.encryption,
            source=self,
        )
