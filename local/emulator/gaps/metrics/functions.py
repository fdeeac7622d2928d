"""Lambda publishes a function's metrics, however it was called.

AWS documentation, Lambda developer guide: "Types of metrics for Lambda functions" (Invocations without the throttled
ones, Errors, Throttles, Duration; IteratorAge is the age of the last record of a batch).

MiniStack counts direct calls alone, throttled ones as well, and knows no IteratorAge. A release that counts all makes
this unnecessary. Not supplied: metrics by version or alias, over all functions, and of concurrency. Durations are
whole milliseconds.
"""

import time
from typing import Any

from local.emulator.gaps.metrics.store import STORE
from local.emulator.gaps.settings import GapSettings
from local.emulator.ministack import load
from local.emulator.pinned import Wrapped

WRAPPED = (
    Wrapped("services.lambda_svc", "_emit_lambda_metrics", "3b6689d77cf6f1e4"),
    Wrapped("services.lambda_svc", "_acquire_execution_slot", "ed3b38149e2e14aa"),
    Wrapped("services.lambda_svc", "_execute_function_dispatch", "f62cd259213ecef7"),
    Wrapped("services.lambda_svc", "_execute_function", "3ceb16d6480a2161"),
)


def note(function: str, name: str, value: float, unit: str = "Count") -> None:
    """Publish one value of a function's metric."""
    STORE.note("AWS/Lambda", name, value, unit, (("FunctionName", function),))


def close(_: GapSettings) -> None:
    """Count where every invocation passes, and nowhere else."""
    service = load("services.lambda_svc")
    acquire, dispatch = service._acquire_execution_slot, service._execute_function_dispatch

    def acquired(func: dict[str, Any], config: dict[str, Any]) -> Any:
        slot, limit = acquire(func, config)
        note(config["FunctionName"], "Throttles", int(slot is None))
        return slot, limit

    def dispatched(func: dict[str, Any], config: dict[str, Any], event: Any, request_id: str, started: float) -> Any:
        name, began = config["FunctionName"], time.perf_counter()
        age = _age_ms(event)
        if age is not None:
            note(name, "IteratorAge", age, "Milliseconds")
        result = dispatch(func, config, event, request_id, started)
        note(name, "Invocations", 1)
        note(name, "Errors", int(bool(result.get("error"))))
        note(name, "Duration", max(1, round((time.perf_counter() - began) * 1000)), "Milliseconds")
        return result

    def uncounted(*_: Any, **__: Any) -> None:
        """Stands where MiniStack counts direct calls."""

    service._emit_lambda_metrics = uncounted
    service._acquire_execution_slot, service._execute_function_dispatch = acquired, dispatched


def _age_ms(event: Any) -> float | None:
    """The age of the last record, when the event is a batch of a stream."""
    records = event.get("Records") if isinstance(event, dict) else None
    last = records[-1] if isinstance(records, list) and records else None
    change = last.get("dynamodb") if isinstance(last, dict) else None
    created = change.get("ApproximateCreationDateTime") if isinstance(change, dict) else None
    return max(0, round((time.time() - created) * 1000)) if isinstance(created, int | float) else None
