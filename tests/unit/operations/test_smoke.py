"""What `smoke` counts as arrived."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import pytest

from operations.mailbox import Mailbox, Message
from operations.problem import OperationError
from operations.pulumi_command import PulumiCommand
from operations.send import send
from operations.smoke import Arrivals, collect, correlation_id, smoke
from tests.unit.operations.fakes import FakePulumi, as_command, target


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


@pytest.mark.requirement("RP-5")
@pytest.mark.parametrize(
    "exercise", [smoke, lambda pulumi: send(pulumi, "orders", Path("payments.jsonl"))], ids=["smoke", "send"]
)
def test_nothing_invented_is_sent_to_production(exercise: Callable[[PulumiCommand], None]) -> None:
    pulumi = FakePulumi(target("prod", production=True))
    with pytest.raises(OperationError, match=r"^'prod' is production: .* another environment$"):
        exercise(as_command(pulumi))


def test_a_message_without_a_correlation_id_is_nobodys() -> None:
    assert correlation_id({"Body": "{}"}) == ""
