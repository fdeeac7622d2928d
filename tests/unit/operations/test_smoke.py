"""What `smoke` counts as arrived."""

from collections import Counter
from typing import Any, cast

from operations.mailbox import Mailbox, Message
from operations.smoke import Arrivals, collect, correlation_id


class FakeMailbox:
    """Has these messages at the first look."""

    def __init__(self, *messages: Message) -> None:
        self.messages = list(messages)

    def take(self, wait_s: int) -> list[Message]:
        found, self.messages = self.messages, []
        return found


def message(id_: str) -> Message:
    return {"Body": "{}", "MessageAttributes": {"correlation_id": {"StringValue": id_}}}


def test_every_copy_is_counted_where_it_arrived() -> None:
    mailboxes: dict[str, Any] = {
        "payments": FakeMailbox(message("a"), message("a")),
        "refunds": FakeMailbox(message("b")),
    }
    arrived: Arrivals = {}
    for _ in range(2):
        collect(cast(dict[str, Mailbox], mailboxes), arrived)
    assert arrived == {"a": Counter(payments=2), "b": Counter(refunds=1)}


def test_a_message_without_a_correlation_id_is_nobodys() -> None:
    assert correlation_id({"Body": "{}"}) == ""
