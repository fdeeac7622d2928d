"""Condition keys that a request's own JSON fills, for the gaps that know how."""

import json
from collections.abc import Callable, Mapping
from typing import Any, cast

from local.emulator.ministack import load
from local.emulator.pinned import Wrapped

WRAPPED = (Wrapped("core.iam_actions", "request_tag_context", "d46adb816e024778"),)

Request = Mapping[str, object]


def fill(actions: str, keys: Callable[[Request], Mapping[str, str]]) -> None:
    """Adds keys to those that policies are evaluated against, for the IAM actions that begin so."""
    module = load("core.iam_actions")
    tag_context = module.request_tag_context

    def context(service: str, iam_action: str, body: bytes, params: dict[str, Any]) -> dict[str, Any]:
        found = tag_context(service, iam_action, body, params)
        return {**found, **keys(request(body))} if iam_action.startswith(actions) else found

    module.request_tag_context = context


def request(body: bytes) -> Request:
    """What a body says in JSON; nothing where it is no object."""
    try:
        said: object = json.loads(body or b"{}")
    except ValueError:
        return {}
    return cast(Request, said) if isinstance(said, dict) else {}
