"""A mapping reads its source with the rights of the function's role.

AWS documentation, Lambda developer guide: "Creating and configuring an Amazon SQS event source mapping" and "Using
AWS Lambda with Amazon DynamoDB" (the permissions that the execution role needs).

MiniStack reads whatever the role allows. A release that checks makes this unnecessary. AWS refuses to create such a
mapping; here it is created, calls nothing, and says so in LastProcessingResult.
"""

from collections.abc import Iterator
from typing import Any

from local.emulator.gaps import roles
from local.emulator.gaps.settings import GapSettings
from local.emulator.ministack import load
from local.emulator.pinned import Wrapped

WRAPPED = (
    Wrapped("services.lambda_svc", "_iter_all_esms", "7db06c0627a59696"),
    Wrapped("services.lambda_svc", "_get_func_record_for_qualifier", "a86e90478088123d"),
    *roles.WRAPPED,
)
NEEDED = {
    "sqs": ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"),
    "dynamodb": ("dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:DescribeStream"),
}
Mapping = tuple[str, str, dict[str, Any]]


def close(_: GapSettings) -> None:
    """Leave out the mappings whose role may not read."""
    service = load("services.lambda_svc")
    every = service._iter_all_esms

    def readable() -> Iterator[Mapping]:
        for account, region, mapping in every():
            missing = _missing_right(service, mapping)
            if missing:
                mapping["LastProcessingResult"] = f"PROBLEM: the function's role is not allowed {missing}"
            else:
                yield account, region, mapping

    service._iter_all_esms = readable


def _missing_right(service: Any, mapping: dict[str, Any]) -> str | None:
    source = str(mapping.get("EventSourceArn", ""))
    kind = source.split(":")[2] if source.count(":") > 1 else ""
    _, config = service._get_func_record_for_qualifier(mapping["FunctionName"], mapping.get("Qualifier"))
    if config is None:
        return None
    return next((action for action in NEEDED.get(kind, ()) if not roles.role_allows(config, action, source)), None)
