"""How far each object is read, in the state table; with no right but to update, for an update answers the item."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from services.common.aws_errors import condition_failed
from services.common.timestamp import Clock
from services.market_data.domain.section import Progress
from services.market_data.source_objects import SourceObject
from services.market_data.state_keys import progress_key

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient

# Longer than the bucket keeps an object.
KEPT = timedelta(days=35)


class OvertakenError(Exception):
    """Another invocation is further in the same object."""


class Checkpoints:
    """Keeps the progress of objects, which never goes back."""

    def __init__(self, client: "DynamoDBClient", table: str, clock: Clock) -> None:
        self._client = client
        self._table = table
        self._clock = clock

    def begin(self, source: SourceObject) -> Progress:
        """The progress that was reached; that of an object yet unread where there is none."""
        answer = self._client.update_item(
            TableName=self._table,
            Key=progress_key(source.key, source.version_id),
            UpdateExpression="SET expires_at = :expires_at",
            ExpressionAttributeValues=self._expiry(),
            ReturnValues="ALL_NEW",
        )
        return _progress(answer.get("Attributes", {}))

    def advance(self, source: SourceObject, progress: Progress) -> None:
        """Records progress; OvertakenError where another invocation has recorded more of it."""
        values: dict[str, Any] = {
            ":read_bytes": {"N": str(progress.offset)},
            ":read_lines": {"N": str(progress.lines)},
            ":tick_count": {"N": str(progress.ticks)},
            ":refused_count": {"N": str(progress.refused)},
            ":first_line": {"B": progress.first_line or b""},
            ":finished": {"BOOL": progress.finished},
        }
        values |= self._expiry()
        try:
            self._client.update_item(
                TableName=self._table,
                Key=progress_key(source.key, source.version_id),
                UpdateExpression="SET " + ", ".join(f"{name[1:]} = {name}" for name in values),
                ConditionExpression="attribute_not_exists(read_lines) OR read_lines <= :read_lines",
                ExpressionAttributeValues=values,
            )
        except ClientError as error:
            if not condition_failed(error):
                raise
            raise OvertakenError(f"another invocation has read '{source.key}' beyond line {progress.lines}") from error

    def _expiry(self) -> dict[str, Any]:
        return {":expires_at": {"N": str(int((self._clock() + KEPT).timestamp()))}}


def _progress(item: "dict[str, Any]") -> Progress:
    if "read_lines" not in item:
        return Progress()
    read_bytes, read_lines, ticks, refused = (
        int(item[name]["N"]) for name in ("read_bytes", "read_lines", "tick_count", "refused_count")
    )
    first_line = bytes(item["first_line"]["B"]) or None
    return Progress(read_bytes, read_lines, ticks, refused, first_line, bool(item["finished"]["BOOL"]))
