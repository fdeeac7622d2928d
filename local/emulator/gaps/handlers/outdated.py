"""A function that changes, or is deleted, lets the invocations that run come to their end.

AWS documentation, Lambda developer guide: "Lambda function states" (while a function is updated, its code and settings
from before serve).

MiniStack ends the processes of a function that changes amid whatever they do. A release that spares those that are
leased makes this unnecessary.
"""

from collections.abc import Iterable
from typing import Any

from local.emulator.gaps.settings import GapSettings
from local.emulator.ministack import load
from local.emulator.pinned import Wrapped

WRAPPED = (
    Wrapped("core.lambda_runtime", "acquire_worker", "5017d144adb5b983"),
    Wrapped("core.lambda_runtime", "invalidate_worker", "1be5d7f769f5c608"),
    Wrapped("core.lambda_runtime", "kill_workers", "56a6df63f9bd4859"),
    Wrapped("core.lambda_runtime", "release_worker", "25d5dd7d42b6e30c"),
    Wrapped("services.lambda_svc", "_execute_function_warm", "62b9218bef5b948a"),
)


def close(settings: GapSettings) -> None:
    """Spare workers that are leased when they are taken from the pool, and end them when they come back."""
    runtime, service = load("core.lambda_runtime"), load("services.lambda_svc")
    kill, release = runtime.kill_workers, runtime.release_worker
    outdated: set[Any] = set()

    def kill_idle(workers: Iterable[Any]) -> None:
        ended = [worker for worker in workers if worker is not None]
        if not settings.ending.is_set():
            # First noted, then looked at: whoever comes back in between is ended by one of the two.
            outdated.update(ended)
            ended = [worker for worker in ended if not worker.in_use]
            outdated.difference_update(ended)
        kill(ended)

    def released(worker: Any) -> None:
        release(worker)
        if worker in outdated:
            outdated.discard(worker)
            kill([worker])

    runtime.kill_workers = kill_idle
    service.release_worker = released
