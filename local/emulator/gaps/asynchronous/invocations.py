"""An asynchronous invocation is retried as configured, and its end is told to the function's destinations.

AWS documentation, Lambda developer guide: "How Lambda handles errors and retries with asynchronous invocation" (two
retries after one and two minutes; throttled events go back to the queue, from one second up to five minutes, and take
no retry), "Configuring error handling settings for Lambda asynchronous invocations" (age), "Capturing records of
Lambda asynchronous invocations" (with a reserved concurrency of zero, events go to the destination at once).

MiniStack counts throttles as failures, knows no success, and reports wrong counts and ages. A release that does as
documented makes this unnecessary. The waits are shortened, see Pace; the age is not. Accepted events outlive a kill of
the emulator, as they outlive whatever happens to a machine of Lambda's.
"""

import contextvars
import threading
import time
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from local.emulator.gaps import roles
from local.emulator.gaps.asynchronous.destinations import tell
from local.emulator.gaps.asynchronous.outcome import EXHAUSTED, SUCCESS, TOO_OLD, Outcome
from local.emulator.gaps.asynchronous.waiting import AcceptedEvent, WaitingEvents
from local.emulator.gaps.metrics.functions import note
from local.emulator.gaps.settings import GapSettings
from local.emulator.ministack import load
from local.emulator.pinned import Wrapped

WRAPPED = (
    Wrapped("app", "_load_persisted_state", "03de3b870e8f811f"),
    Wrapped("services.lambda_svc", "invoke_async_with_retry", "289fe4d3cbd4089b"),
    Wrapped("services.lambda_svc", "_event_invoke_config", "aeeb62079ef21907"),
    Wrapped("services.lambda_svc", "_execute_function_dispatch", "f62cd259213ecef7"),
    Wrapped("services.lambda_svc", "_execute_function_with_config_scope", "26a9d5f64e175204"),
    Wrapped("services.lambda_svc", "_execution_record_for_config", "632acaa44892bdae"),
    Wrapped("services.lambda_svc", "_get_func_record_for_qualifier", "a86e90478088123d"),
    Wrapped("services.lambda_svc", "_reserved_concurrency", "ebec4b4bba775119"),
    Wrapped("services.lambda_svc", "_invoke", "ab193779e5c2ea94"),
    Wrapped("services.s3", "_deliver_event_to_lambda", "0bdd18b38925e4e3"),
    *roles.WRAPPED,
)
# AWS's waits in seconds: before the first retry, and between throttled tries.
RETRY_S = 60.0
THROTTLED_S, THROTTLED_LONGEST_S = 1.0, 300.0
DEFAULT_RETRIES, DEFAULT_AGE_S = 2, 6 * 3600

# All tries of an event have one request id.
_request_id: ContextVar[str | None] = ContextVar("request_id", default=None)


def close(settings: GapSettings) -> None:
    """Replace MiniStack's loop of retries, which all its event sources use; go on with what was accepted before."""
    app, service, waiting = load("app"), load("services.lambda_svc"), WaitingEvents(settings.waiting_events)
    dispatch, restore = service._execute_function_dispatch, app._load_persisted_state

    def accepted(func: dict[str, Any], event: Any) -> None:
        config = func.get("config") or func
        note(config["FunctionName"], "AsyncEventsReceived", 1)
        taken = AcceptedEvent(config["FunctionArn"], config["FunctionName"], event)
        waiting.keep(taken)
        # The caller's context counts how deep calls have called each other.
        begin(taken, contextvars.copy_context())

    def begin(event: AcceptedEvent, context: contextvars.Context) -> None:
        invocation = _Invocation(service, settings, waiting, event)
        threading.Thread(target=context.run, args=(invocation.run,), daemon=True).start()

    def restored() -> None:
        restore()
        for event in waiting.all():
            begin(event, contextvars.Context())

    def dispatched(func: dict[str, Any], config: dict[str, Any], event: Any, request_id: str, started: float) -> Any:
        return dispatch(func, config, event, _request_id.get() or request_id, started)

    service.invoke_async_with_retry, service._execute_function_dispatch = accepted, dispatched
    app._load_persisted_state = restored


@dataclass
class _Invocation:
    """One event from its acceptance to its end."""

    service: Any
    settings: GapSettings
    waiting: WaitingEvents
    event: AcceptedEvent

    def run(self) -> None:
        _request_id.set(self.event.request_id)
        account, region = self.event.arn.split(":")[4], self.event.arn.split(":")[3]
        with load("core.responses").request_scope(account, region):
            outcome = self._outcome()
            if self.settings.ending.is_set():
                # The next process goes on with it.
                return
            if outcome is not None:
                self._tell(outcome)
        self.waiting.forget(self.event)

    def _tell(self, outcome: Outcome) -> None:
        if outcome.condition != SUCCESS:
            note(self.event.name, "AsyncEventsDropped", 1)
        function = self._function()
        if function is not None:
            tell(self.settings, function["config"], self._configured(), outcome)

    def _outcome(self) -> Outcome | None:
        """How it ended; None when the function is gone."""
        throttled, result = 0, None
        while (function := self._function()) is not None:
            if time.time() - self.event.accepted > self._configured().get("MaximumEventAgeInSeconds", DEFAULT_AGE_S):
                return self._ended(TOO_OLD, result)
            if self.service._reserved_concurrency(function, function["config"]) == 0:
                return self._ended(EXHAUSTED, result)
            result = self.service._execute_function_with_config_scope(function, self.event.payload)
            if result.get("throttle"):
                self._wait(min(THROTTLED_S * 2**throttled, THROTTLED_LONGEST_S))
                throttled += 1
                continue
            self.event.invocations += 1
            if not result.get("error"):
                return self._ended(SUCCESS, result)
            if self.event.invocations > self._configured().get("MaximumRetryAttempts", DEFAULT_RETRIES):
                return self._ended(EXHAUSTED, result)
            # The retries that are left are counted across a kill, too.
            self.waiting.keep(self.event)
            self._wait(RETRY_S * self.event.invocations)
        return None

    def _function(self) -> dict[str, Any] | None:
        """The function as it is now, with the ARN by which it was called."""
        record, config = self.service._get_func_record_for_qualifier(self.event.name, self._qualifier())
        if record is None:
            return None
        return self.service._execution_record_for_config(record, {**config, "FunctionArn": self.event.arn})

    def _configured(self) -> dict[str, Any]:
        base = self.service._functions.get(self.event.name)
        return (self.service._event_invoke_config(base, self._qualifier()) if base else None) or {}

    def _qualifier(self) -> str | None:
        return self.event.arn.split(":")[7] if self.event.arn.count(":") > 6 else None  # noqa: PLR2004 - an unqualified ARN has six

    def _ended(self, condition: str, result: dict[str, Any] | None) -> Outcome:
        return Outcome(condition, self.event.request_id, self.event.payload, self.event.invocations, result)

    def _wait(self, aws_s: float) -> None:
        time.sleep(aws_s * self.settings.pace.first_retry_s / RETRY_S)
