from decimal import Decimal
from typing import Any

import pytest

from examples.transactions.consumer import consume
from tests.unit.services.fakes import client_error

pytestmark = pytest.mark.requirement("TX-11")


def message(message_id: str, amount: str) -> dict[str, Any]:
    return {
        "MessageId": "sqs-1",
        "ReceiptHandle": f"receipt of {message_id}",
        "Body": f'{{"transaction_type": "payment", "amount": "{amount}"}}',
        "MessageAttributes": {"message_id": {"StringValue": message_id}},
    }


class Queue:
    def __init__(self, *messages: dict[str, Any]) -> None:
        self.messages = list(messages)
        self.deleted: list[str] = []

    def receive_message(self, **request: Any) -> dict[str, Any]:
        assert request["WaitTimeSeconds"] == 20
        return {"Messages": self.messages} if self.messages else {}

    def delete_message(self, *, QueueUrl: str, ReceiptHandle: str) -> None:  # noqa: N803
        self.deleted.append(ReceiptHandle)


class Ledger:
    """A DynamoDB that knows this consumer's one transaction."""

    class exceptions:  # noqa: N801
        TransactionCanceledException = type(client_error("TransactionCanceledException"))

    def __init__(self, reason: str = "ConditionalCheckFailed") -> None:
        self.seen: set[str] = set()
        self.total = Decimal(0)
        self.reason = reason

    def transact_write_items(self, *, TransactItems: list[dict[str, Any]]) -> None:  # noqa: N803
        put, update = TransactItems
        message_id = put["Put"]["Item"]["message_id"]["S"]
        if message_id in self.seen:
            raise client_error(
                "TransactionCanceledException", CancellationReasons=[{"Code": self.reason}, {"Code": "None"}]
            )
        self.seen.add(message_id)
        self.total += Decimal(update["Update"]["ExpressionAttributeValues"][":amount"]["N"])


def test_a_message_that_comes_twice_is_booked_once_and_deleted_both_times():
    queue, ledger = Queue(message("evt_1", "0.10"), message("evt_2", "0.20"), message("evt_1", "0.10")), Ledger()
    assert consume(queue, ledger, "queue", "table") == 3
    assert ledger.total == Decimal("0.30")
    assert len(queue.deleted) == 3


def test_a_message_is_kept_while_its_booking_is_in_doubt():
    queue, ledger = Queue(message("evt_1", "1")), Ledger(reason="TransactionConflict")
    ledger.seen.add("evt_1")
    with pytest.raises(ledger.exceptions.TransactionCanceledException):
        consume(queue, ledger, "queue", "table")
    assert queue.deleted == []


def test_an_empty_queue_is_no_error():
    assert consume(Queue(), Ledger(), "queue", "table") == 0
