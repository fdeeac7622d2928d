"""The pipes between the emulator and one handler's process: requests, answers, and all that it prints."""

import contextlib
import json
import os
import selectors
import time
from typing import Any

CHUNK = 65536
END_OF_LOG = b"\0end of invocation\n"


class HandlerEndedError(Exception):
    """The process ended before it answered."""


class HandlerLateError(Exception):
    """The deadline passed before it answered."""


class Channel:
    """Sends one JSON line a request and reads one an answer; keeps the log from filling its pipe meanwhile."""

    def __init__(self) -> None:
        self.requests_far, self._requests = os.pipe()
        self._answers, self.answers_far = os.pipe()
        self._log, self.log_far = os.pipe()
        self._printed = b""
        self._answered = b""

    def close_far_ends(self) -> None:
        """Close what the process holds now, so that its end is seen as the end of the pipes."""
        for end in (self.requests_far, self.answers_far, self.log_far):
            os.close(end)

    def close(self) -> None:
        """Close this side; an idle process ends when it sees that."""
        for end in (self._requests, self._answers, self._log):
            os.close(end)

    def receive(self, limit_s: float) -> dict[str, Any]:
        """The next answer. Raises HandlerEndedError or HandlerLateError when none comes within `limit_s`."""
        self._pump_until(lambda: b"\n" in self._answered, limit_s)
        line, _, self._answered = self._answered.partition(b"\n")
        return json.loads(line)

    def ask(self, request: dict[str, Any], limit_s: float) -> tuple[dict[str, Any], str]:
        """Send `request` and wait for its answer and its log."""
        deadline = time.monotonic() + limit_s
        try:
            self._send(json.dumps(request).encode() + b"\n")
        except BrokenPipeError as broken:
            raise HandlerEndedError from broken
        answer = self.receive(limit_s)
        self._pump_until(lambda: END_OF_LOG in self._printed, max(1.0, deadline - time.monotonic()))
        log, _, self._printed = self._printed.partition(END_OF_LOG)
        return answer, _text(log)

    def rest_of_log(self) -> str:
        """What an ended process printed last."""
        with contextlib.suppress(HandlerEndedError, HandlerLateError):
            self._pump_until(lambda: False, 0.2)
        return _text(self._printed)

    def _send(self, data: bytes) -> None:
        view = memoryview(data)
        while view:
            view = view[os.write(self._requests, view) :]

    def _pump_until(self, done: Any, limit_s: float) -> None:
        deadline = time.monotonic() + limit_s
        with selectors.DefaultSelector() as ready:
            ready.register(self._answers, selectors.EVENT_READ)
            ready.register(self._log, selectors.EVENT_READ)
            while not done():
                remaining = deadline - time.monotonic()
                if remaining <= 0:
                    raise HandlerLateError
                for key, _ in ready.select(remaining):
                    self._take(key.fd)

    def _take(self, end: int) -> None:
        chunk = os.read(end, CHUNK)
        if not chunk:
            raise HandlerEndedError
        if end == self._log:
            self._printed += chunk
        else:
            self._answered += chunk


def _text(log: bytes) -> str:
    return log.decode(errors="replace").rstrip("\n")
