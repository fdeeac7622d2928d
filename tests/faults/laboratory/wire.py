"""The wire between a function and AWS: moto answers, unless a fault strikes."""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from random import Random
from typing import Any

import boto3
import botocore.loaders
import botocore.session
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.exceptions import ReadTimeoutError
from moto.core.botocore_stubber import MockRawResponse
from moto.core.models import botocore_stubber

from tests.faults.laboratory.batch_entries import Divided, divide
from tests.faults.laboratory.faults import (
    Effect,
    Fault,
    KilledAfter,
    KilledBefore,
    LeftOut,
    Meanwhile,
    ProcessKilledError,
    Refused,
    ReplyLost,
    Slow,
    TimedOut,
)
from tests.faults.laboratory.interleaving import Interleaving
from tests.faults.laboratory.virtual_clock import VirtualClock

REGION = "us-east-1"
READ_TIMEOUT_S = 5
A_MOMENT_S = 0.001
# Parsing the services' models costs more than all else; they never change.
MODELS = botocore.loaders.create_loader()
DIVIDED = "left_out"


class _Accepted:
    """The HTTP side of an answer to a call of which nothing was kept."""

    status_code = 200


class Wire:
    """Every call of the functions passes here, each attempt of it; the laboratory's own calls pass by.

    `calls` are the attempts that the functions made, in so many `invocations`, `faults` what they meet;
    `struck` tells the effects that came of them, each with the place of its call, from 1.
    """

    def __init__(self, clock: VirtualClock) -> None:
        self.faults: list[Fault] = []
        self.calls: list[str] = []
        self.invocations = 0
        self.struck: list[tuple[Effect, int]] = []
        self._clock = clock
        self._ends_at: Any = None
        self._dead = False
        self._interleaving: Interleaving[Any] | None = None
        session = botocore.session.Session()
        session.register_component("data_loader", MODELS)
        events = session.get_component("event_emitter")
        events.unregister("before-send", botocore_stubber)
        events.register("before-send", self._send)
        events.register("provide-client-params", self._divide)
        events.register("before-call", self._skip_what_is_empty)
        events.register("after-call", self._complete)
        boto3.setup_default_session(botocore_session=session, region_name=REGION)

    @contextmanager
    def process(self, seconds: float) -> Iterator[None]:
        """Calls from here on are a function's, which may run so long; another's may come in between."""
        self.invocations += 1
        before = self._dead, self._ends_at
        self._dead, self._ends_at = False, self._clock.now().timestamp() + seconds
        try:
            yield
        finally:
            self._dead, self._ends_at = before

    def interleaved(self, calls: Sequence[Callable[[], Any]], random: Random) -> list[Any]:
        """The answers to calls that take turns: at each attempt of a request a drawn one goes on."""
        self._interleaving = Interleaving(calls, random)
        try:
            return self._interleaving.run()
        finally:
            self._interleaving = None

    def _send(self, event_name: str, request: AWSPreparedRequest, **_: Any) -> AWSResponse | None:
        if self._ends_at is None:
            return botocore_stubber(event_name, request)
        if self._interleaving:
            self._interleaving.pause()
        self._check_alive()
        operation = event_name.partition(".")[2]
        self.calls.append(operation)
        struck = [
            fault.effect for fault in self.faults if not isinstance(fault.effect, LeftOut) and fault.strikes(operation)
        ]
        self.struck += [(effect, len(self.calls)) for effect in struck[:1]]
        return self._answered(event_name, request, struck[0] if struck else None)

    def _answered(self, event_name: str, request: AWSPreparedRequest, effect: Any) -> AWSResponse | None:
        match effect:
            case Refused(code, status):
                return _refusal(request, code, status)
            case TimedOut():
                self._time_out(request)
            case KilledBefore():
                self._die()
            case Slow(seconds):
                self._let_pass(seconds)
            case Meanwhile(something):
                something()
            case _:
                pass
        answer = botocore_stubber(event_name, request)
        match effect:
            case ReplyLost():
                self._time_out(request)
            case KilledAfter():
                self._die()
            case _:
                pass
        return answer

    def _let_pass(self, seconds: float) -> None:
        # Lambda waits for nobody beyond the function's timeout.
        left: float = self._ends_at - self._clock.now().timestamp()
        self._clock.pass_by(min(seconds, left + A_MOMENT_S))
        self._check_alive()

    def _time_out(self, request: AWSPreparedRequest) -> None:
        self._let_pass(READ_TIMEOUT_S)
        raise ReadTimeoutError(endpoint_url=request.url)

    def _check_alive(self) -> None:
        # Whatever else runs in a killed process must have no effect either.
        if self._dead or self._clock.now().timestamp() > self._ends_at:
            self._die()

    def _die(self) -> None:
        self._dead = True
        raise ProcessKilledError

    def _divide(self, params: dict[str, Any], model: Any, context: dict[str, Any], **_: Any) -> dict[str, Any] | None:
        if self._ends_at is None:
            return None
        operation = f"{model.service_model.service_id.hyphenize()}.{model.name}"
        for fault in self.faults:
            if isinstance(fault.effect, LeftOut) and fault.strikes(operation):
                divided = divide(operation, params, fault.effect.keep)
                if divided:
                    context[DIVIDED] = divided
                    return divided.kept
        return None

    @staticmethod
    def _skip_what_is_empty(context: dict[str, Any], **_: Any) -> tuple[_Accepted, dict[str, Any]] | None:
        divided: Divided | None = context.get(DIVIDED)
        return (_Accepted(), {}) if divided and divided.kept is None else None

    @staticmethod
    def _complete(parsed: dict[str, Any], context: dict[str, Any], **_: Any) -> None:
        divided: Divided | None = context.get(DIVIDED)
        if divided and "Error" not in parsed:
            divided.complete(parsed)


def _refusal(request: AWSPreparedRequest, code: str, status: int) -> AWSResponse:
    kind = request.headers.get("Content-Type", b"")
    text = kind.decode() if isinstance(kind, bytes) else kind
    if "cbor" in text:
        raise NotImplementedError(f"no error can be told yet in {text}")
    if "json" in text:
        body = json.dumps({"__type": code, "message": f"{code}, as the test wants it"})
    elif "urlencoded" in text:
        error = f"<Error><Type>Sender</Type><Code>{code}</Code><Message>as the test wants it</Message></Error>"
        body = f"<ErrorResponse>{error}<RequestId>test</RequestId></ErrorResponse>"
    else:
        body = f"<Error><Code>{code}</Code><Message>as the test wants it</Message></Error>"
    return AWSResponse(request.url, status, {}, MockRawResponse(body))  # type: ignore[arg-type]
