"""The kinds of element that a picture can show: a new kind is one entry."""

from collections.abc import Mapping

from operations.pictures.graph import Kind
from shared.model import (
    Api,
    Bucket,
    Ciphertext,
    DeadLetterQueue,
    EventBus,
    Function,
    Key,
    OnEvent,
    OnSchedule,
    Queue,
    Role,
    SecretParameter,
    Table,
    Topic,
)

KINDS: Mapping[type, Kind] = {
    Key: Kind("KMS key", "M10 2.5l6.5 2.3v4.7c0 4-2.8 6.6-6.5 8c-3.7-1.4-6.5-4-6.5-8v-4.7zM10 7v3.5M10 12.5v1"),
    Role: Kind("IAM role", "M10 2.5l6.5 2.3v4.7c0 4-2.8 6.6-6.5 8c-3.7-1.4-6.5-4-6.5-8v-4.7zM7 9.8l2.2 2.2l4-4.2"),
    SecretParameter: Kind("SSM secret", "M6.5 6.7a3.3 3.3 0 1 0 .01 0zM9.8 10h7.7v3.2M14 10v2.5"),
    Ciphertext: Kind("encrypted secret", "M5 9h10v8h-10zM7 9v-2.5a3 3 0 0 1 6 0v2.5M10 12v2"),
    Table: Kind(
        "DynamoDB table",
        "M3.5 5.2c0-1.5 2.9-2.7 6.5-2.7s6.5 1.2 6.5 2.7s-2.9 2.7-6.5 2.7s-6.5-1.2-6.5-2.7z"
        "M3.5 5.2v9.6c0 1.5 2.9 2.7 6.5 2.7s6.5-1.2 6.5-2.7v-9.6M3.5 10c0 1.5 2.9 2.7 6.5 2.7s6.5-1.2 6.5-2.7",
    ),
    Bucket: Kind("S3 bucket", "M3 4h14l-2.2 13h-9.6zM3.4 7h13.2"),
    EventBus: Kind("event bus", "M2.5 8h15v4h-15zM6 8v-4M10 8v-4M14 8v-4M6 12v4M10 12v4M14 12v4"),
    OnEvent: Kind("event rule", "M3 4h14l-5.5 6v6l-3 1.5v-7.5z"),
    Queue: Kind("SQS queue", "M2.5 5.5h15v9h-15zM7.5 5.5v9M12.5 5.5v9"),
    Topic: Kind("SNS topic", "M3 8v4h3l6 4v-12l-6 4zM14.5 7.5c1.2 1.4 1.2 3.6 0 5"),
    DeadLetterQueue: Kind("dead-letter queue", "M2.5 5.5h15v9h-15zM7.8 7.8l4.4 4.4M12.2 7.8l-4.4 4.4"),
    Function: Kind("Lambda function", "M5 3.5h2.5c.8 0 1.2.4 1.5 1.2l4 10.6c.3.8.7 1.2 1.5 1.2h1.5M9.8 8l-5 8.5"),
    OnSchedule: Kind("schedule", "M10 2.5a7.5 7.5 0 1 0 .01 0zM10 5.8v4.4l3 1.9"),
    Api: Kind("REST API", "M6.5 5.5l-4 4.5l4 4.5M13.5 5.5l4 4.5l-4 4.5M11.5 3.5l-3 13"),
}

CLIENTS = Kind(
    "outside",
    "M10 2.5a7.5 7.5 0 1 0 .01 0zM10 2.5c-5 4.5-5 10.5 0 15c5-4.5 5-10.5 0-15zM2.5 10h15",
)

LAYER = Kind("Pulumi project", "M10 2.5l7.5 4l-7.5 4l-7.5-4zM2.5 10.2l7.5 4l7.5-4M2.5 13.7l7.5 4l7.5-4")
