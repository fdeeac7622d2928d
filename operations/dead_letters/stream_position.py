"""The records of a stream between two positions."""

import base64
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, cast

import msgspec
from botocore.exceptions import ClientError

from operations.dead_letters.step import NotTakenError
from operations.error_code import error_code

# What DynamoDB answers of records that are older than a day: of the record, of its shard, and of a stream that ended.
FORGOTTEN = ("TrimmedDataAccessException", "ResourceNotFoundException")

# DynamoDB may answer a page without records although more follow.
EMPTY_PAGES = 20

StreamArn = Annotated[str, msgspec.Meta(pattern="^arn:[^/]+:table/[^/]+/stream/.+$")]
SequenceNumber = Annotated[str, msgspec.Meta(pattern="^[0-9]{21,40}$")]
Record = dict[str, Any]


class ForgottenError(Exception):
    """The stream does not have the records any more: it keeps them for a day."""


class StreamPosition(msgspec.Struct, frozen=True):
    """Where a batch of records stands, both ends included."""

    stream_arn: StreamArn = msgspec.field(name="streamArn")
    shard_id: str = msgspec.field(name="shardId")
    first: SequenceNumber = msgspec.field(name="startSequenceNumber")
    last: SequenceNumber = msgspec.field(name="endSequenceNumber")

    @property
    def table_name(self) -> str:
        """Physical name of the stream's table."""
        return self.stream_arn.split("/")[1]


class _BatchRecord(msgspec.Struct):
    """As much as is needed of Lambda's record."""

    position: StreamPosition = msgspec.field(name="DDBStreamBatchInfo")


def position_in(body: str) -> StreamPosition:
    """The position that Lambda's record tells of; NotTakenError where it is no such record."""
    try:
        return msgspec.json.decode(body, type=_BatchRecord).position
    except msgspec.DecodeError as error:
        raise NotTakenError(f"it is no record of a stream's batch: {error}") from None


@dataclass(frozen=True, slots=True)
class StreamReader:
    """Reads what stands at a position, in the shape in which Lambda hands records to functions."""

    streams: Any

    def records(self, position: StreamPosition) -> list[Record]:
        """All records from the first to the last; ForgottenError where the stream has not all of them any more."""
        found: list[Record] = []
        for record in self._from(position):
            number = int(record["dynamodb"]["SequenceNumber"])
            if number <= int(position.last):
                found.append(record | {"eventSourceARN": position.stream_arn})
            if number >= int(position.last):
                return found
        raise ForgottenError

    def _from(self, position: StreamPosition) -> Iterator[Record]:
        """Records from the first on, until the shard ends."""
        place = {"StreamArn": position.stream_arn, "ShardId": position.shard_id, "SequenceNumber": position.first}
        empty = 0
        try:
            iterator = self.streams.get_shard_iterator(ShardIteratorType="AT_SEQUENCE_NUMBER", **place)["ShardIterator"]
            while iterator and empty < EMPTY_PAGES:
                page = self.streams.get_records(ShardIterator=iterator)
                yield from (_plain(record) for record in page["Records"])
                empty = 0 if page["Records"] else empty + 1
                iterator = page.get("NextShardIterator")
        except ClientError as error:
            if error_code(error) in FORGOTTEN:
                raise ForgottenError from None
            raise
        if iterator:
            raise NotTakenError("the stream does not give all of its records now; try again")


def _plain(value: Any) -> Any:
    """As JSON writes it: times are Unix seconds, bytes are base64."""
    if isinstance(value, Mapping):
        return {name: _plain(part) for name, part in cast(Mapping[str, Any], value).items()}
    if isinstance(value, list):
        return [_plain(part) for part in cast(list[Any], value)]
    if isinstance(value, datetime):
        return value.timestamp()
    return base64.b64encode(value).decode() if isinstance(value, bytes) else value
