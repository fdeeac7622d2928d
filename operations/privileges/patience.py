"""Waiting for what should happen soon."""

import time
from collections.abc import Callable, Iterable

# A cold start and a slow machine; what is enforced is seen by waiting in vain.
PATIENCE = 4.0


def not_happened(awaited: Iterable[tuple[str, Callable[[], bool]]], patience: float = PATIENCE) -> list[str]:
    """Those of the awaited things, by name, that did not happen in time."""
    waiting = dict(awaited)
    end = time.monotonic() + patience
    while waiting and time.monotonic() < end:
        waiting = {name: happened for name, happened in waiting.items() if not happened()}
        if waiting:
            time.sleep(0.05)
    return list(waiting)
