"""A consumer that books each transaction once, whatever SQS repeats, reorders or interrupts.

It needs a table with the partition key `message_id` (S) and, optionally, time to live on `expires_at`:

    python examples/transactions/consumer.py QUEUE_URL TABLE

Rights: sqs:ReceiveMessage and sqs:DeleteMessage on the queue, dynamodb:PutItem and dynamodb:UpdateItem on the table.
"""

import argparse
import json
import time
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import boto3

# Longer than a message can live: 7 days in the queue and 7 in its DLQ.
REMEMBERED_SECONDS = 30 * 24 * 3600


def book(dynamodb: Any, table: str, message: Mapping[str, Any], now: float) -> bool:
    """Adds the event's amount to the total of its type; False when this message was booked before.

    The memory of the message and its effect are one transaction: a crash leaves both or neither.
    """
    message_id = message["MessageAttributes"]["message_id"]["StringValue"]
    event = json.loads(message["Body"], parse_float=Decimal)
    remember = {
        "TableName": table,
        "Item": {"message_id": {"S": message_id}, "expires_at": {"N": str(int(now) + REMEMBERED_SECONDS)}},
        "ConditionExpression": "attribute_not_exists(message_id)",
    }
    add = {
        "TableName": table,
        "Key": {"message_id": {"S": f"total#{event['transaction_type']}"}},
        "UpdateExpression": "ADD amount :amount, events :one",
        "ExpressionAttributeValues": {":amount": {"N": event["amount"]}, ":one": {"N": "1"}},
    }
    try:
        dynamodb.transact_write_items(TransactItems=[{"Put": remember}, {"Update": add}])
    except dynamodb.exceptions.TransactionCanceledException as error:
        if error.response["CancellationReasons"][0]["Code"] != "ConditionalCheckFailed":
            raise
        return False
    return True


def consume(sqs: Any, dynamodb: Any, queue_url: str, table: str) -> int:
    """Books one batch of messages, deletes each that is booked, and returns how many came."""
    answer = sqs.receive_message(
        QueueUrl=queue_url, MaxNumberOfMessages=10, WaitTimeSeconds=20, MessageAttributeNames=["All"]
    )
    messages = answer.get("Messages", [])
    for message in messages:
        first = book(dynamodb, table, message, time.time())
        # Only now: a message deleted before it was booked would be lost.
        sqs.delete_message(QueueUrl=queue_url, ReceiptHandle=message["ReceiptHandle"])
        print(f"{message['MessageId']} {'booked' if first else 'was booked before'}")
    return len(messages)


def main() -> None:
    """Consumes until it is interrupted."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("queue_url")
    parser.add_argument("table")
    arguments = parser.parse_args()
    sqs, dynamodb = boto3.client("sqs"), boto3.client("dynamodb")
    while True:
        consume(sqs, dynamodb, arguments.queue_url, arguments.table)


if __name__ == "__main__":
    main()
