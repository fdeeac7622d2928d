"""Queues by URL, for single messages and batches, whose first entries can be refused."""

from collections import defaultdict
from typing import Any

from tests.unit.services.fakes import Failing


class FakeQueues(Failing):
    """`refusals` tells how many of the first entries each coming call refuses."""

    def __init__(self) -> None:
        super().__init__()
        self.queues: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
        self.batches: list[list[dict[str, Any]]] = []
        self.refusals: list[int] = []

    def send_message(self, *, QueueUrl: str, MessageBody: str, DelaySeconds: int) -> None:  # noqa: N803  # boto3's names
        self.enter("send_message")
        self.queues[QueueUrl].append({"MessageBody": MessageBody, "DelaySeconds": DelaySeconds})

    def send_message_batch(self, *, QueueUrl: str, Entries: list[dict[str, Any]]) -> dict[str, Any]:  # noqa: N803
        self.enter("send_message_batch")
        assert 1 <= len(Entries) <= 10
        self.batches.append(Entries)
        refused = self.refusals.pop(0) if self.refusals else 0
        self.queues[QueueUrl] += Entries[refused:]
        failed = [{"Id": entry["Id"], "Code": "InternalError", "SenderFault": False} for entry in Entries[:refused]]
        return {"Failed": failed, "Successful": [{"Id": entry["Id"]} for entry in Entries[refused:]]}
