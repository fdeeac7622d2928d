"""What a run takes out of a queue, and what it leaves there."""

from typing import Any

from operations.mailbox import Mailbox, Message


class FakeSqs:
    """A queue that answers a few messages at a time, each once, as SQS does while they are invisible."""

    def __init__(self, *bodies: str, at_once: int = 1) -> None:
        self.waiting = [{"Body": body, "ReceiptHandle": body} for body in bodies]
        self.at_once = at_once
        self.deleted: list[str] = []
        self.shown: list[str] = []

    def receive_message(self, **_: Any) -> dict[str, list[dict[str, str]]]:
        found, self.waiting = self.waiting[: self.at_once], self.waiting[self.at_once :]
        return {"Messages": found} if found else {}

    def delete_message(self, **said: str) -> None:
        self.deleted.append(said["ReceiptHandle"])

    def change_message_visibility(self, **said: Any) -> None:
        assert said["VisibilityTimeout"] == 0
        self.shown.append(said["ReceiptHandle"])


def mailbox(sqs: FakeSqs) -> Mailbox:
    return Mailbox(sqs, "url", lambda message: _body(message).startswith("ours"))


def test_a_runs_own_messages_are_taken_and_all_others_seen_again_only_when_it_is_over() -> None:
    sqs = FakeSqs("ours 1", "another's", "ours 2", at_once=3)
    box = mailbox(sqs)
    assert [_body(message) for message in box.take()] == ["ours 1", "ours 2"]
    assert (sqs.deleted, sqs.shown) == (["ours 1", "ours 2"], [])
    box.give_back()
    assert (sqs.deleted, sqs.shown) == (["ours 1", "ours 2"], ["another's"])


def test_what_was_given_back_is_not_given_back_again() -> None:
    sqs = FakeSqs("another's")
    box = mailbox(sqs)
    box.take()
    box.give_back()
    box.give_back()
    assert sqs.shown == ["another's"]


def test_a_message_is_held_from_the_look_that_finds_it() -> None:
    box = mailbox(FakeSqs("ours 1", "ours 2"))
    looks = [box.holds(lambda message: _body(message).endswith("2")) for _ in range(3)]
    assert looks == [False, True, True]


def test_an_emptied_mailbox_has_forgotten_what_came_and_what_waited() -> None:
    sqs = FakeSqs("ours 1", "ours 2", "another's", "ours 3")
    box = mailbox(sqs)
    assert box.holds(lambda _: True)
    box.empty()
    assert (sqs.waiting, sqs.deleted) == ([], ["ours 1", "ours 2", "ours 3"])
    assert not box.holds(lambda _: True)


def _body(message: Message) -> str:
    return message["Body"]
