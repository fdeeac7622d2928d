"""Updates of alerts that change nothing where their condition is false."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from services.coin_alerts.alert_item import AlertKey, Image
from services.coin_alerts.domain.terms import TERMS
from services.common.conditional_write import written

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient


@dataclass(frozen=True)
class Condition:
    """A condition expression, with the values and the names that its placeholders stand for."""

    expression: str
    values: Mapping[str, Any] = field(default_factory=dict[str, Any])
    names: Mapping[str, str] = field(default_factory=dict[str, str])


def unchanged(image: Image) -> Condition:
    """The alert still stands, with the terms and the revision of its image: nobody has given it new ones."""
    watched = (*TERMS, "revision")
    present = [name for name in watched if name in image]
    clauses = [f"#{name} = :{name}" if name in present else f"attribute_not_exists(#{name})" for name in watched]
    return Condition(
        # Else an update would create anew what was deleted in the meantime.
        expression=" AND ".join(["attribute_exists(userId)", *clauses]),
        values={f":{name}": dict(image[name]) for name in present},
        # `condition` is a reserved word.
        names={f"#{name}": name for name in watched},
    )


class ConditionalUpdates:
    """Updates single alerts of a table."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def apply(self, key: AlertKey, update: str, condition: Condition, values: Mapping[str, Any]) -> bool:
        """Whether the condition was true and the update done; botocore's errors when neither is known."""
        names: dict[str, Any] = {"ExpressionAttributeNames": condition.names} if condition.names else {}
        return written(
            self._client.update_item,
            TableName=self._table,
            Key=key.attributes(),
            UpdateExpression=update,
            ConditionExpression=condition.expression,
            ExpressionAttributeValues={**condition.values, **values},
            **names,
        )
