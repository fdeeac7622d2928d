"""The batch calls of AWS: where their entries are, and how an answer says which were left out.

AWS API references: SQS SendMessageBatch and SNS PublishBatch (`Failed`), EventBridge PutEvents (`Entries` in the
request's order, those with an `ErrorCode` failed), DynamoDB BatchGetItem (`UnprocessedKeys`) and BatchWriteItem
(`UnprocessedItems`).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

Keep = Callable[[int], bool]
Params = dict[str, Any]


@dataclass(frozen=True)
class Divided:
    """A request of what is kept; None where nothing is. `complete` tells an answer of the rest."""

    kept: Params | None
    complete: Callable[[Params], None]


def divide(operation: str, params: Params, keep: Keep) -> Divided | None:
    """The request without what is left out; None for calls that are no batches."""
    division = _DIVISIONS.get(operation)
    return division(params, keep) if division else None


def _by_id(name: str) -> Callable[[Params, Keep], Divided]:
    def division(params: Params, keep: Keep) -> Divided:
        entries = params[name]
        kept = [entry for place, entry in enumerate(entries) if keep(place)]
        failed = [
            {"Id": entry["Id"], "SenderFault": False, "Code": "InternalError", "Message": "left out"}
            for place, entry in enumerate(entries)
            if not keep(place)
        ]

        def complete(answer: Params) -> None:
            answer.setdefault("Successful", [])
            answer["Failed"] = [*answer.get("Failed", []), *failed]

        return Divided({**params, name: kept} if kept else None, complete)

    return division


def _events(params: Params, keep: Keep) -> Divided:
    entries = params["Entries"]
    kept = [entry for place, entry in enumerate(entries) if keep(place)]

    def complete(answer: Params) -> None:
        accepted = iter(answer.get("Entries", []))
        failure = {"ErrorCode": "InternalFailure", "ErrorMessage": "left out"}
        answer["Entries"] = [next(accepted) if keep(place) else failure for place in range(len(entries))]
        answer["FailedEntryCount"] = sum("ErrorCode" in entry for entry in answer["Entries"])

    return Divided({**params, "Entries": kept} if kept else None, complete)


def _keys(params: Params, keep: Keep) -> Divided:
    kept: Params = {}
    left: Params = {}
    place = 0
    for table, request in params["RequestItems"].items():
        for key in request["Keys"]:
            side = kept if keep(place) else left
            side.setdefault(table, {**request, "Keys": []})["Keys"].append(key)
            place += 1

    def complete(answer: Params) -> None:
        answer.setdefault("Responses", {})
        answer["UnprocessedKeys"] = {**answer.get("UnprocessedKeys", {}), **left}

    return Divided({**params, "RequestItems": kept} if kept else None, complete)


def _items(params: Params, keep: Keep) -> Divided:
    kept: Params = {}
    left: Params = {}
    place = 0
    for table, requests in params["RequestItems"].items():
        for request in requests:
            (kept if keep(place) else left).setdefault(table, []).append(request)
            place += 1

    def complete(answer: Params) -> None:
        answer["UnprocessedItems"] = {**answer.get("UnprocessedItems", {}), **left}

    return Divided({**params, "RequestItems": kept} if kept else None, complete)


_DIVISIONS: Mapping[str, Callable[[Params, Keep], Divided]] = {
    "sqs.SendMessageBatch": _by_id("Entries"),
    "sns.PublishBatch": _by_id("PublishBatchRequestEntries"),
    "eventbridge.PutEvents": _events,
    "dynamodb.BatchGetItem": _keys,
    "dynamodb.BatchWriteItem": _items,
}

DIVIDED_OPERATIONS = frozenset(_DIVISIONS)
