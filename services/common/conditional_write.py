"""Writes that change nothing where their condition is false."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ParamSpec

from botocore.exceptions import ClientError

from services.common.aws_errors import condition_failed

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient

Request = ParamSpec("Request")


def written(write: Callable[Request, object], *arguments: Request.args, **request: Request.kwargs) -> bool:
    """Whether the condition was true and the write done; botocore's errors when neither is known."""
    try:
        write(*arguments, **request)
    except ClientError as error:
        if not condition_failed(error):
            raise
        return False
    return True


def updated(
    client: "DynamoDBClient", table: str, key: dict[str, Any], *, update: str, condition: str, values: dict[str, Any]
) -> bool:
    """Whether the condition was true and the item updated; botocore's errors when neither is known."""
    return written(
        client.update_item,
        TableName=table,
        Key=key,
        UpdateExpression=update,
        ConditionExpression=condition,
        ExpressionAttributeValues=values,
    )
