"""Conditions on an encryption context are held against the request's.

AWS documentation, KMS developer guide: "Condition keys for AWS KMS" (kms:EncryptionContext:context-key).

The emulator never fills these keys, so that a grant which is bound to a context denies even who names it. An emulator
that fills them makes this unnecessary.
"""

import json
from typing import Any, cast

from local.emulator.gaps.settings import GapSettings
from local.emulator.ministack import load
from local.emulator.pinned import Wrapped

WRAPPED = (Wrapped("core.iam_actions", "request_tag_context", "d46adb816e024778"),)


def close(_: GapSettings) -> None:
    """Add a KMS request's encryption context to the keys that policies are evaluated against."""
    actions = load("core.iam_actions")
    tag_context = actions.request_tag_context

    def context(service: str, iam_action: str, body: bytes, params: dict[str, Any]) -> dict[str, Any]:
        found = tag_context(service, iam_action, body, params)
        return {**found, **encryption_context(body)} if service == "kms" else found

    actions.request_tag_context = context


def encryption_context(body: bytes) -> dict[str, str]:
    """The condition keys of a KMS request's encryption context; none where it has none."""
    try:
        request: object = json.loads(body or b"{}")
    except ValueError:
        return {}
    said = cast(dict[str, object], request).get("EncryptionContext") if isinstance(request, dict) else None
    pairs = cast(dict[str, object], said).items() if isinstance(said, dict) else ()
    return {f"kms:EncryptionContext:{name}": str(value) for name, value in pairs}
