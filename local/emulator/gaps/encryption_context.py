"""Conditions on an encryption context are held against the request's.

AWS documentation, KMS developer guide: "Condition keys for AWS KMS" (kms:EncryptionContext:context-key).

The emulator never fills these keys, so that a grant which is bound to a context denies even who names it. An emulator
that fills them makes this unnecessary.
"""

from typing import cast

from local.emulator.gaps import condition_keys
from local.emulator.gaps.condition_keys import Request, fill
from local.emulator.gaps.settings import GapSettings

WRAPPED = condition_keys.WRAPPED


def close(_: GapSettings) -> None:
    """Add a KMS request's encryption context to the keys that policies are evaluated against."""
    fill("kms:", encryption_context)


def encryption_context(request: Request) -> dict[str, str]:
    """The condition keys of a KMS request's encryption context; none where it has none."""
    said = request.get("EncryptionContext")
    pairs = cast(dict[str, object], said).items() if isinstance(said, dict) else ()
    return {f"kms:EncryptionContext:{name}": str(value) for name, value in pairs}
