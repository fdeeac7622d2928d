"""What set-up prints, on stderr: a line a step with its time, and a sign of life in long ones."""

import sys
import threading
import time
from types import TracebackType
from typing import Self, TextIO

# A terminal's line is redrawn; a log gets a new line, so fewer.
TERMINAL_BEAT = 0.5
LOG_BEAT = 15.0


class StepReport:
    """A context around one step; `detail` is what it is at, and stays on its line when it ends."""

    def __init__(self, title: str, stream: TextIO | None = None, beat: float | None = None) -> None:
        self.detail = ""
        self._title = title
        self._stream = stream or sys.stderr
        self._live = self._stream.isatty()
        self._beat = beat or (TERMINAL_BEAT if self._live else LOG_BEAT)
        self._started = time.monotonic()
        self._over = threading.Event()
        self._pulse = threading.Thread(target=self._show_life, daemon=True)

    def __enter__(self) -> Self:
        self._pulse.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._over.set()
        self._pulse.join()
        self._write("failed" if kind else "done", last=True)

    def _show_life(self) -> None:
        if self._live:
            self._write("...")
        while not self._over.wait(self._beat):
            self._write("...")

    def _write(self, state: str, *, last: bool = False) -> None:
        seconds = time.monotonic() - self._started
        text = f"  {state:6} {seconds:6.1f} s  {self._title}" + (f": {self.detail}" if self.detail else "")
        self._stream.write(f"\r\033[K{text}" + ("\n" if last else "") if self._live else f"{text}\n")
        self._stream.flush()
