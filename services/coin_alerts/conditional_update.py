"""An update of an alert that changes nothing when its condition is false."""

from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from services.common.aws_errors import condition_failed

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient

    from services.coin_alerts.alert_item import AlertKey


def updated(
    client: "DynamoDBClient",
    table: str,
    key: "AlertKey",
    update: str,
    condition: str,
    values: dict[str, Any],
    names: dict[str, str] | None = None,
) -> bool:
    """Whether the condition was true and the update done; botocore's errors when neither is known."""
    more: dict[str, Any] = {"ExpressionAttributeNames": names} if names else {}
    try:
        client.update_item(
            TableName=table,
            Key=key.attributes(),
            UpdateExpression=update,
            ConditionExpression=condition,
            ExpressionAttributeValues=values,
            **more,
        )
    except ClientError as error:
        if not condition_failed(error):
            raise
        return False
    return True
