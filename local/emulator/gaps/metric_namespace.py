"""A condition on the namespace of metrics is held against the request's.

AWS documentation, Service Authorization Reference: "Actions, resources, and condition keys for Amazon CloudWatch"
(cloudwatch:namespace, which cloudwatch:PutMetricData has in the place of a resource).

The emulator never fills this key, so that a role which may put metrics into one namespace can put none at all. An
emulator that fills it makes this unnecessary. Requests are read in JSON, as boto3 writes them.
"""

import json
from typing import Any, cast

from local.emulator.gaps.settings import GapSettings
from local.emulator.ministack import load
from local.emulator.pinned import Wrapped

WRAPPED = (Wrapped("core.iam_actions", "request_tag_context", "d46adb816e024778"),)


def close(_: GapSettings) -> None:
    """Add the namespace that metrics are put into to the keys that policies are evaluated against."""
    actions = load("core.iam_actions")
    tag_context = actions.request_tag_context

    def context(service: str, iam_action: str, body: bytes, params: dict[str, Any]) -> dict[str, Any]:
        found = tag_context(service, iam_action, body, params)
        return {**found, **namespace(body)} if iam_action == "cloudwatch:PutMetricData" else found

    actions.request_tag_context = context


def namespace(body: bytes) -> dict[str, str]:
    """The condition key of a request to put metrics; none where it names no namespace."""
    try:
        request: object = json.loads(body or b"{}")
    except ValueError:
        return {}
    said = cast(dict[str, object], request).get("Namespace") if isinstance(request, dict) else None
    return {"cloudwatch:namespace": str(said)} if said else {}
