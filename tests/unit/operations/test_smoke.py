"""What `smoke` takes out of the queues, and what it leaves there."""

from collections import Counter
from typing import Any

from operations.smoke import Inbox

OURS = {"Body": "{}", "ReceiptHandle": "ours", "MessageAttributes": {"correlation_id": {"StringValue": "this-run"}}}
THEIRS = {"Body": "{}", "ReceiptHandle": "theirs"}


class FakeSqs:
    """A queue that shows each waiting message once, as SQS does while it is invisible."""

    def __init__(self, *waiting: dict[str, Any]) -> None:
        self.waiting = list(waiting)
        self.deleted: list[str] = []
        self.visible_again: list[str] = []

    def receive_message(self, **_: Any) -> dict[str, Any]:
        shown, self.waiting = self.waiting, []
        return {"Messages": shown} if shown else {}

    def delete_message(self, **said: Any) -> None:
        self.deleted.append(said["ReceiptHandle"])

    def change_message_visibility(self, **said: Any) -> None:
        assert said["VisibilityTimeout"] == 0
        self.visible_again.append(said["ReceiptHandle"])


def test_a_message_of_this_run_is_counted_where_it_arrived_and_taken() -> None:
    sqs = FakeSqs(OURS, THEIRS)
    inbox = Inbox(sqs, {"payments-queue": "url"})
    inbox.collect({"this-run"})
    assert inbox.arrived == {"this-run": Counter({"payments-queue": 1})}
    assert sqs.deleted == ["ours"]


def test_anothers_message_is_seen_again_only_when_the_run_is_over() -> None:
    sqs = FakeSqs(THEIRS)
    inbox = Inbox(sqs, {"payments-queue": "url"})
    inbox.collect({"this-run"})
    assert sqs.visible_again == []
    inbox.give_back()
    assert (sqs.visible_again, sqs.deleted) == (["theirs"], [])
