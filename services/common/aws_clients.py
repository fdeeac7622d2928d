"""Clients of AWS services, with timeouts that leave a function time to answer."""

from typing import TYPE_CHECKING

import boto3
from botocore.config import Config

if TYPE_CHECKING:
    from mypy_boto3_cloudwatch.client import CloudWatchClient
    from mypy_boto3_dynamodb.client import DynamoDBClient
    from mypy_boto3_events.client import EventBridgeClient
    from mypy_boto3_kms.client import KMSClient
    from mypy_boto3_s3.client import S3Client
    from mypy_boto3_sns.client import SNSClient
    from mypy_boto3_sqs.client import SQSClient
    from mypy_boto3_ssm.client import SSMClient

# What botocore keeps open by default.
CONNECTIONS = 10


def _config(attempts: int, connections: int = CONNECTIONS) -> Config:
    retries = {"mode": "standard", "total_max_attempts": attempts}
    return Config(connect_timeout=2, read_timeout=5, retries=retries, max_pool_connections=connections)  # pyright: ignore[reportArgumentType]  # the stubs ask for their own TypedDict


def cloudwatch_client(attempts: int) -> "CloudWatchClient":
    """A CloudWatch client that tries each call at most `attempts` times."""
    return boto3.client("cloudwatch", config=_config(attempts))


def dynamodb_client(attempts: int, connections: int = CONNECTIONS) -> "DynamoDBClient":
    """A DynamoDB client that tries each call at most `attempts` times, for as many threads as it has connections."""
    return boto3.client("dynamodb", config=_config(attempts, connections))


def events_client(attempts: int) -> "EventBridgeClient":
    """An EventBridge client that tries each call at most `attempts` times."""
    return boto3.client("events", config=_config(attempts))


def kms_client(attempts: int) -> "KMSClient":
    """A KMS client that tries each call at most `attempts` times."""
    return boto3.client("kms", config=_config(attempts))


def s3_client(attempts: int) -> "S3Client":
    """An S3 client that tries each call at most `attempts` times."""
    return boto3.client("s3", config=_config(attempts))


def sns_client(attempts: int, connections: int = CONNECTIONS) -> "SNSClient":
    """An SNS client that tries each call at most `attempts` times, for as many threads as it has connections."""
    return boto3.client("sns", config=_config(attempts, connections))


def sqs_client(attempts: int) -> "SQSClient":
    """An SQS client that tries each call at most `attempts` times."""
    return boto3.client("sqs", config=_config(attempts))


def ssm_client(attempts: int) -> "SSMClient":
    """An SSM client that tries each call at most `attempts` times."""
    return boto3.client("ssm", config=_config(attempts))
