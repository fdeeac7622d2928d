"""An exchange that answers as it is told, in place of a connection's socket: http.client and all above it are real."""

import io
import json
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from unittest import mock

from tests.faults.laboratory.virtual_clock import VirtualClock

ENDPOINT = "http://127.0.0.1:9/api/v3/ticker/price"


def http_answer(status: int, body: bytes = b"", retry_after: str | None = None) -> bytes:
    """An answer as it comes over the wire."""
    asked = f"Retry-After: {retry_after}\r\n" if retry_after is not None else ""
    return f"HTTP/1.1 {status} Said\r\nContent-Length: {len(body)}\r\n{asked}\r\n".encode() + body


class StandInExchange:
    """Serves `prices`, by coin, once the answers in `first` are given; `asked` are the instants of the calls.

    In place of an answer stands the error that the socket meets; a TimeoutError takes as long as the caller waits.
    """

    def __init__(self, clock: VirtualClock, **prices: object) -> None:
        self.prices = prices
        self.first: deque[bytes | OSError] = deque()
        self.asked: list[float] = []
        self._clock = clock

    @contextmanager
    def reached_by_all(self) -> Iterator["StandInExchange"]:
        """Every HTTP connection is one to this exchange."""

        def connect(connection: HTTPConnection) -> None:
            self._connect(connection)

        with mock.patch.object(HTTPConnection, "connect", connect):
            yield self

    def answer(self, timeout: float) -> bytes:
        answer = self.first.popleft() if self.first else http_answer(200, self._ticker())
        if isinstance(answer, TimeoutError):
            self._clock.pass_by(timeout)
        if isinstance(answer, OSError):
            raise answer
        return answer

    def _connect(self, connection: HTTPConnection) -> None:
        self.asked.append(self._clock.now().timestamp())
        if self.first and isinstance(self.first[0], ConnectionRefusedError):
            raise self.first.popleft()  # type: ignore[misc]  # seen to be an error
        connection.sock = _Socket(self)  # type: ignore[assignment]  # what http.client uses of it

    def _ticker(self) -> bytes:
        return json.dumps([{"symbol": f"{coin}USDT", "price": price} for coin, price in self.prices.items()]).encode()


class _Socket:
    """What http.client, and whoever bounds its time, needs of a socket."""

    def __init__(self, exchange: StandInExchange) -> None:
        self._exchange = exchange
        self._timeout = 0.0

    def settimeout(self, timeout: float) -> None:
        self._timeout = timeout

    def sendall(self, data: bytes) -> None:
        assert data.startswith(b"GET ")

    def makefile(self, mode: str) -> io.BytesIO:
        assert mode == "rb"
        return io.BytesIO(self._exchange.answer(self._timeout))

    def shutdown(self, how: int) -> None:
        raise AssertionError("no call takes so long in real time")

    def close(self) -> None:
        """Nothing is open."""
