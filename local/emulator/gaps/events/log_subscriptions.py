"""A log group's events reach a function only by its permission, and are retried like any asynchronous invocation.

AWS documentation, CloudWatch Logs user guide: "Log group-level subscription filters" (the function admits
logs.amazonaws.com for the log group; the payload is gzip in base64), API reference: PutSubscriptionFilter (at most two
filters a group; a function that can't be executed is refused); Lambda developer guide: "Using Lambda with CloudWatch
Logs" (the function is invoked asynchronously).

MiniStack asks functions for nothing, calls them once, and takes any number of filters. A release that asks makes this
unnecessary. Not supplied: other destinations, and the control message by which AWS finds out whether it may call.
"""

import base64
import gzip
import json
import logging
from collections.abc import Iterable
from typing import Any
from uuid import uuid4

from local.emulator.gaps.permissions import permits
from local.emulator.gaps.settings import GapSettings
from local.emulator.ministack import load
from local.emulator.pinned import Wrapped

WRAPPED = (
    Wrapped("services.cloudwatch_logs", "_fanout_to_subscription_filters", "cb898244bb9fac17"),
    Wrapped("services.cloudwatch_logs", "_put_subscription_filter", "69fdaa27a61e3e47"),
    Wrapped("services.cloudwatch_logs", "_make_group_arn", "3d349158bb566a4f"),
    Wrapped("services.cloudwatch_logs", "_subscription_pattern_matches", "e29009b58150a9c7"),
    Wrapped("services.lambda_svc", "_get_func_record_for_ref", "492b4efe8f903a0f"),
    Wrapped("services.lambda_svc", "_execution_record_for_config", "632acaa44892bdae"),
)
LOGS = "logs.amazonaws.com"
MOST_FILTERS = 2

Event = dict[str, Any]
logger = logging.getLogger("log_subscriptions")


def close(_: GapSettings) -> None:
    """Ask when a filter is put, and before each delivery."""
    logs, responses = load("services.cloudwatch_logs"), load("core.responses")
    put = logs._put_subscription_filter

    def checked_put(data: dict[str, Any]) -> Any:
        group = logs._log_groups.get(data.get("logGroupName"))
        filters = (group or {}).get("subscriptionFilters") or {}
        if len(filters.keys() | {data.get("filterName")}) > MOST_FILTERS:
            return responses.error_response_json("LimitExceededException", "Resource limit exceeded.", 400)
        destination = str(data.get("destinationArn"))
        if group is not None and ":function:" in destination and not _admitted(destination, data["logGroupName"]):
            refusal = "Could not execute the lambda function. Make sure you have given CloudWatch Logs permission to "
            return responses.error_response_json("InvalidParameterException", f"{refusal}execute your function.", 400)
        return put(data)

    def fanned_out(group: str, stream: str, events: list[Event]) -> None:
        for found in ((logs._log_groups.get(group) or {}).get("subscriptionFilters") or {}).values():
            pattern = found["filterPattern"]
            matched = [event for event in events if logs._subscription_pattern_matches(pattern, event.get("message"))]
            if matched and ":function:" in found["destinationArn"]:
                _deliver(found, group, stream, matched)

    logs._put_subscription_filter, logs._fanout_to_subscription_filters = checked_put, fanned_out


def _deliver(found: dict[str, Any], group: str, stream: str, events: Iterable[Event]) -> None:
    record = _admitted(found["destinationArn"], group)
    if record is None:
        logger.warning("Log events of %s were dropped: %s does not admit them", group, found["destinationArn"])
        return
    data = {
        "messageType": "DATA_MESSAGE",
        "owner": load("core.responses").get_account_id(),
        "logGroup": group,
        "logStream": stream,
        "subscriptionFilters": [found["filterName"]],
        "logEvents": [
            {"id": uuid4().hex, "timestamp": event["timestamp"], "message": event["message"]} for event in events
        ],
    }
    text = base64.b64encode(gzip.compress(json.dumps(data).encode())).decode()
    load("services.lambda_svc").invoke_async_with_retry(record, {"awslogs": {"data": text}})


def _admitted(function: str, group: str) -> dict[str, Any] | None:
    """The function's execution record, when it is there and lets CloudWatch Logs call it for the group."""
    service = load("services.lambda_svc")
    record, config, _ = service._get_func_record_for_ref(function)
    if record is None or not permits(record, LOGS, load("services.cloudwatch_logs")._make_group_arn(group)):
        return None
    return service._execution_record_for_config(record, config)
