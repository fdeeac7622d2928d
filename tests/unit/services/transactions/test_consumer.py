import json
from decimal import Decimal
from typing import Any

import pytest
from botocore.exceptions import ClientError

from examples.transactions.consumer import consume
from tests.unit.services.fakes import THROTTLED, client_error

pytestmark = pytest.mark.requirement("TX-11")


def message(message_id: str, amount: str, **payload: str) -> dict[str, Any]:
    event = {
        "transaction_type": "payment",
        "amount": amount,
        "timestamp": "2026-11-20T09:30:00.000000Z",
        "payload": payload,
    }
    return {
        "MessageId": "sqs-1",
        "ReceiptHandle": f"receipt of {message_id}",
        "Body": json.dumps(event),
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


class Book:
    """A DynamoDB that knows this consumer's one conditional put."""

    class exceptions:  # noqa: N801
        ConditionalCheckFailedException = type("ConditionalCheckFailedException", (ClientError,), {})

    def __init__(self, *, busy: bool = False) -> None:
        self.items: dict[str, dict[str, Any]] = {}
        self.busy = busy

    def put_item(self, *, Item: dict[str, Any], ConditionExpression: str, TableName: str) -> None:  # noqa: N803
        assert (TableName, ConditionExpression) == ("table", "attribute_not_exists(message_id)")
        if self.busy:
            raise THROTTLED
        message_id = Item["message_id"]["S"]
        if message_id in self.items:
            failed = client_error("ConditionalCheckFailedException")
            raise self.exceptions.ConditionalCheckFailedException(failed.response, failed.operation_name)
        self.items[message_id] = Item


def test_a_message_that_comes_twice_is_booked_once_and_deleted_both_times():
    queue, book = Queue(message("evt_1", "0.10"), message("evt_2", "0.20"), message("evt_1", "0.10")), Book()
    assert consume(queue, book, "queue", "table") == 3
    assert [Decimal(item["amount"]["N"]) for item in book.items.values()] == [Decimal("0.10"), Decimal("0.20")]
    assert len(queue.deleted) == 3


def test_each_transaction_keeps_its_own_currency():
    queue, book = Queue(message("evt_1", "5", currency="EUR"), message("evt_2", "5")), Book()
    consume(queue, book, "queue", "table")
    assert [item["currency"]["S"] for item in book.items.values()] == ["EUR", "unknown"]


def test_a_message_is_kept_while_its_booking_is_in_doubt():
    queue, book = Queue(message("evt_1", "1")), Book(busy=True)
    with pytest.raises(ClientError, match="ProvisionedThroughputExceeded"):
        consume(queue, book, "queue", "table")
    assert queue.deleted == []


def test_an_empty_queue_is_no_error():
    assert consume(Queue(), Book(), "queue", "table") == 0
