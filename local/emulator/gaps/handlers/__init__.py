"""Handlers run in a clean interpreter, as in Lambda.

AWS documentation: "Lambda runtimes", "Using Lambda environment variables" (defined runtime environment variables),
"Understanding the Lambda execution environment lifecycle", "Lambda function handler in Python", "Python errors".

MiniStack runs a handler with its own interpreter, packages and environment, so that a dependency or a variable that the
function lacks is masked; it ends the process at each exception and waits 50 ms for log lines. A release that starts
handlers with an interpreter and an environment of the function's own makes this unnecessary.
"""

from typing import Any

from local.emulator.gaps.handlers.environment import FunctionEnvironment
from local.emulator.gaps.handlers.worker import worker_class
from local.emulator.gaps.settings import GapSettings
from local.emulator.ministack import load
from local.emulator.pinned import Wrapped

WRAPPED = (
    Wrapped("core.lambda_runtime", "Worker", "a0bd1819a7040c1e"),
    Wrapped("core.lambda_runtime", "_worker_class_for", "b5a23849280af819"),
    Wrapped("core.lambda_runtime", "acquire_worker", "5017d144adb5b983"),
    Wrapped("core.lambda_runtime", "kill_workers", "56a6df63f9bd4859"),
    Wrapped("core.lambda_runtime", "execution_credentials", "cffaadc4f396f6e4"),
    Wrapped("services.lambda_svc", "_execute_function_warm", "62b9218bef5b948a"),
    Wrapped("services.lambda_svc", "_xray_trace_id_for_invocation", "46cbd1c5214a6df2"),
)


def close(settings: GapSettings) -> None:
    """Give Python functions without layers a worker of the clean kind."""
    runtime, service = load("core.lambda_runtime"), load("services.lambda_svc")
    clean = worker_class(FunctionEnvironment(settings))
    original_class, original_warm = runtime._worker_class_for, service._execute_function_warm

    def class_for(config: dict[str, Any]) -> Any:
        return clean if _is_ours(config) else original_class(config)

    def execute(func: dict[str, Any], event: Any, request_id: str) -> dict[str, Any]:
        config = func.get("config") or func
        if not _is_ours(config) or not func.get("code_zip"):
            return original_warm(func, event, request_id)
        return _execute(service, func, config, event, request_id)

    runtime._worker_class_for = class_for
    service._execute_function_warm = execute


def _is_ours(config: dict[str, Any]) -> bool:
    return str(config.get("Runtime", "")).startswith("python") and not config.get("Layers")


def _execute(service: Any, func: dict[str, Any], config: dict[str, Any], event: Any, request_id: str) -> dict[str, Any]:
    service._ensure_reaper_thread()
    worker, _ = service.acquire_worker(
        config["FunctionName"], config, func["code_zip"], qualifier=config.get("Version", "$LATEST")
    )
    try:
        outcome = worker.invoke(event, request_id, trace_id=service._xray_trace_id_for_invocation(config))
    finally:
        service.release_worker(worker)
    return {"body": outcome.payload, "log": outcome.log} | ({"error": True} if outcome.failed else {})
