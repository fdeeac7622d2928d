"""A consumer that books each transaction once, whatever SQS repeats, reorders or interrupts.

It needs a table with the partition key `message_id` (S), which becomes the book, one item a transaction:

    python examples/transactions/consumer.py QUEUE_URL TABLE

Rights: sqs:ReceiveMessage and sqs:DeleteMessage on the queue, dynamodb:PutItem on the table.
"""

import argparse
import json
from collections.abc import Mapping
from typing import Any

import boto3


def book(dynamodb: Any, table: str, message: Mapping[str, Any]) -> bool:
    """Puts the transaction into the book; False when this message was booked before.

    The memory of the message and its effect are one item: a crash leaves both or neither.
    """
    event = json.loads(message["Body"])
    entry = {
        "message_id": message["MessageAttributes"]["message_id"]["StringValue"],
        "transaction_type": event["transaction_type"],
        "timestamp": event["timestamp"],
        # An amount means nothing without its currency, which providers name in fields of their own; here `currency`.
        "currency": str(event["payload"].get("currency", "unknown")),
    }
    item = {name: {"S": text} for name, text in entry.items()} | {"amount": {"N": event["amount"]}}
    try:
        dynamodb.put_item(TableName=table, Item=item, ConditionExpression="attribute_not_exists(message_id)")
    except dynamodb.exceptions.ConditionalCheckFailedException:
        return False
    return True


def consume(sqs: Any, dynamodb: Any, queue_url: str, table: str) -> int:
    """Books one batch of messages, deletes each that is booked, and returns how many came."""
    answer = sqs.receive_message(
        QueueUrl=queue_url, MaxNumberOfMessages=10, WaitTimeSeconds=20, MessageAttributeNames=["All"]
    )
    messages = answer.get("Messages", [])
    for message in messages:
        first = book(dynamodb, table, message)
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
