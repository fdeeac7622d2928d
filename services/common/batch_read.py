"""Reads items by their keys, many in one call."""

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient

READ_ATTEMPTS = 5

Item = Mapping[str, Mapping[str, Any]]


class UnreadError(Exception):
    """Items whose state DynamoDB did not tell."""


def read_items(
    client: "DynamoDBClient", table: str, keys: Iterable[dict[str, Any]], *, consistent: bool = False
) -> Iterator[Item]:
    """Those of at most 100 items that are there; UnreadError when DynamoDB keeps leaving some out."""
    asked: dict[str, Any] = {"Keys": list(keys)}
    request: dict[str, Any] = {table: {**asked, "ConsistentRead": True} if consistent else asked}
    for _ in range(READ_ATTEMPTS):
        answer = client.batch_get_item(RequestItems=request)
        yield from answer["Responses"].get(table, [])
        request = dict(answer["UnprocessedKeys"])
        if not request:
            return
    raise UnreadError(f"DynamoDB left items unread in {READ_ATTEMPTS} attempts")
