"""The one timer of the gaps: steps that look at the emulator's state every few seconds, in one thread."""

import logging
import threading
import time
from collections.abc import Callable

_steps: list[Callable[[], None]] = []
logger = logging.getLogger("ticking")


def on_tick(step: Callable[[], None]) -> None:
    """Run `step` at each tick, after those that were given before."""
    _steps.append(step)


def start(tick_s: float) -> None:
    """Tick every `tick_s` seconds from now on."""
    threading.Thread(target=_run, args=(tick_s,), name="ticking", daemon=True).start()


def _run(tick_s: float) -> None:
    while True:
        time.sleep(tick_s)
        for step in _steps:
            try:
                step()
            except Exception:
                # A step that fails once must not end the others, nor its own next turn.
                logger.exception("A step of the timer failed")
