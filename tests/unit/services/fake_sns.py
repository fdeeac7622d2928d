"""A topic that keeps what is published to it."""

from typing import Any

from tests.unit.services.fakes import Failing, message_id


class FakeSns(Failing):
    """`refused` message ids come back as failed entries."""

    def __init__(self) -> None:
        super().__init__()
        self.published: list[dict[str, Any]] = []
        self.batches: list[list[dict[str, Any]]] = []
        self.refused: set[str] = set()

    def publish_batch(self, *, TopicArn: str, PublishBatchRequestEntries: list[dict[str, Any]]) -> dict[str, Any]:  # noqa: N803
        self.enter("publish_batch")
        assert TopicArn
        assert 1 <= len(PublishBatchRequestEntries) <= 10
        self.batches.append(PublishBatchRequestEntries)
        answer: dict[str, Any] = {"Successful": [], "Failed": []}
        for entry in PublishBatchRequestEntries:
            if message_id(entry) in self.refused:
                answer["Failed"].append({"Id": entry["Id"], "Code": "InternalError", "SenderFault": False})
            else:
                self.published.append(entry)
                answer["Successful"].append({"Id": entry["Id"], "MessageId": f"sns-{len(self.published)}"})
        return answer

    def ids(self) -> list[str]:
        return sorted(message_id(message) for message in self.published)
