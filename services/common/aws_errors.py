"""What botocore's errors mean."""

from collections.abc import Mapping
from typing import Any, cast

from botocore.exceptions import ClientError

_THROTTLED = frozenset(("ProvisionedThroughputExceededException", "RequestLimitExceeded", "ThrottlingException"))


def condition_failed(error: ClientError) -> bool:
    """Whether a conditional write found its condition false."""
    return _response(error).get("Error", {}).get("Code") == "ConditionalCheckFailedException"


def throttled(error: ClientError) -> bool:
    """Whether DynamoDB had no capacity for the call, and did nothing of it."""
    return _response(error).get("Error", {}).get("Code") in _THROTTLED


def item_found(error: ClientError) -> Mapping[str, Mapping[str, Any]]:
    """The item that made a condition false, when the write asked for ALL_OLD."""
    return _response(error).get("Item", {})


def _response(error: ClientError) -> dict[str, Any]:
    return cast("dict[str, Any]", error.response)
