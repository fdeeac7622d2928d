"""Calls over loopback count as TLS.

AWS documentation, IAM user guide: "AWS global condition context keys" (aws:SecureTransport).

AWS's endpoints speak TLS, so a policy that denies all else denies nobody there. The emulator speaks HTTP on loopback
and would deny everyone. An emulator that serves TLS with a certificate that the SDKs trust makes this unnecessary.
Not supplied: a call without TLS, to see it denied.
"""

from contextvars import ContextVar

from local.emulator.gaps.settings import GapSettings
from local.emulator.ministack import load
from local.emulator.pinned import Wrapped

WRAPPED = (
    Wrapped("core.iam_evaluator", "pin_request_origin", "de819c1bd9ac2be4"),
    Wrapped("core.iam_evaluator", "EvalContext", "f5769904b3fa1d4e"),
)


def close(_: GapSettings) -> None:
    """Note every request, and every call the services make themselves, as one over TLS."""
    app, evaluator = load("app"), load("core.iam_evaluator")
    pin = evaluator.pin_request_origin

    def pinned(source_ip: str, secure_transport: bool) -> None:
        pin(source_ip, secure_transport or source_ip == "127.0.0.1")

    # Timers and deliveries run in threads that no request has pinned anything in.
    evaluator._request_origin = ContextVar("request_origin", default=("127.0.0.1", True))
    app.pin_request_origin = evaluator.pin_request_origin = pinned
