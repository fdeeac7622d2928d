"""Waiting for what should happen soon."""

import time
from collections import deque
from collections.abc import Callable, Iterable

# What is enforced is seen by waiting in vain: as many times as long as it took when it happened, within these bounds.
TIMES = 5
LEAST, MOST = 1.0, 8.0
# How many of the last times count: a cold start is soon forgotten.
REMEMBERED = 3


class Patience:
    """Waits the longer the longer things took of late, as they do on a slow machine."""

    def __init__(self) -> None:
        self._took: deque[float] = deque(maxlen=REMEMBERED)

    @property
    def limit(self) -> float:
        """How long the next wait may take in seconds."""
        return min(MOST, max(LEAST, TIMES * max(self._took))) if self._took else MOST

    def not_happened(self, awaited: Iterable[tuple[str, Callable[[], bool]]]) -> list[str]:
        """Those of the awaited things, by name, that did not happen in time."""
        waiting = dict(awaited)
        begun = time.monotonic()
        end = begun + self.limit
        while waiting and time.monotonic() < end:
            waiting = {name: happened for name, happened in waiting.items() if not happened()}
            if waiting:
                time.sleep(0.05)
        if not waiting:
            self._took.append(time.monotonic() - begun)
        return list(waiting)
