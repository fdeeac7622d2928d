"""Webhook signatures: HMAC-SHA256 over `timestamp.rawbody`, sent as `X-Webhook-Signature: v1=<hex>`."""

import hmac
import re
from collections.abc import Iterable
from datetime import datetime

TIMESTAMP_HEADER = "X-Webhook-Timestamp"
SIGNATURE_HEADER = "X-Webhook-Signature"
TOLERANCE_SECONDS = 300

_UNIX_SECONDS = re.compile(r"[0-9]{1,12}")
_VERSION_1 = re.compile(r"v1=([0-9a-fA-F]{64})")


class SignatureRefusedError(Exception):
    """A request that isn't authentic; `header` names the header at fault."""

    def __init__(self, header: str, message: str) -> None:
        super().__init__(message)
        self.header = header
        self.message = message


class NoSignatureMatchesError(SignatureRefusedError):
    """Well-formed and in time, but made with none of the known secrets."""


def sign(secret: bytes, timestamp: str, body: bytes) -> str:
    """The value of the signature header for a body sent at `timestamp`, in Unix seconds."""
    return f"v1={_hex_digest(secret, timestamp, body)}"


def verify(timestamp: str | None, signatures: str | None, body: bytes, secrets: Iterable[bytes], now: datetime) -> None:
    """Returns when one of the comma-separated signatures was made with one of the secrets, at most 300 s from `now`.

    Raises SignatureRefusedError, or NoSignatureMatchesError where other secrets could have made a difference.
    """
    signed_at = _in_time(timestamp, now)
    if not signatures:
        raise SignatureRefusedError(SIGNATURE_HEADER, f"{SIGNATURE_HEADER} is missing; send v1=<hex>")
    given = [match[1].lower() for part in signatures.split(",") if (match := _VERSION_1.fullmatch(part.strip()))]
    if not given:
        raise SignatureRefusedError(
            SIGNATURE_HEADER, f"{SIGNATURE_HEADER} holds no signature of the form v1=<64 hex digits>"
        )
    known = [_hex_digest(secret, signed_at, body) for secret in secrets]
    # A list, so that the time taken tells nothing about which one matched.
    if not any([hmac.compare_digest(ours, theirs) for ours in known for theirs in given]):  # noqa: C419
        raise NoSignatureMatchesError(
            SIGNATURE_HEADER, f"{SIGNATURE_HEADER} does not match the body and {TIMESTAMP_HEADER}"
        )


def _in_time(timestamp: str | None, now: datetime) -> str:
    if not timestamp:
        raise SignatureRefusedError(TIMESTAMP_HEADER, f"{TIMESTAMP_HEADER} is missing; send the time in Unix seconds")
    if not _UNIX_SECONDS.fullmatch(timestamp):
        raise SignatureRefusedError(TIMESTAMP_HEADER, f"{TIMESTAMP_HEADER} must be the time in Unix seconds")
    if abs(int(timestamp) - now.timestamp()) > TOLERANCE_SECONDS:
        raise SignatureRefusedError(
            TIMESTAMP_HEADER, f"{TIMESTAMP_HEADER} is more than {TOLERANCE_SECONDS} s away from our clock; sign again"
        )
    return timestamp


def _hex_digest(secret: bytes, timestamp: str, body: bytes) -> str:
    return hmac.digest(secret, timestamp.encode() + b"." + body, "sha256").hex()
