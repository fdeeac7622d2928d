"""Threads that share a time of their own: one runs, and whoever sleeps lets the one go on that wakes first."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from heapq import heappop, heappush
from itertools import count
from threading import Semaphore
from typing import TypeVar

Answer = TypeVar("Answer")


class VirtualTime:
    """Seconds since the beginning, which pass only while all sleep."""

    def __init__(self) -> None:
        self.now = 0.0
        self._sleeping: list[tuple[float, int, Semaphore]] = []
        self._order = count()

    def run(self, calls: Sequence[Callable[[], Answer]]) -> list[Answer]:
        """The answers in the calls' order; what a call raises is raised."""
        turns = [self._asleep(0) for _ in calls]
        with ThreadPoolExecutor(len(calls)) as pool:
            answers = [pool.submit(self._run, call, turn) for call, turn in zip(calls, turns, strict=True)]
            self._wake()
        return [answer.result() for answer in answers]

    def sleep(self, seconds: float) -> None:
        turn = self._asleep(seconds)
        self._wake()
        turn.acquire()

    def _run(self, call: Callable[[], Answer], turn: Semaphore) -> Answer:
        turn.acquire()
        try:
            return call()
        finally:
            if self._sleeping:
                self._wake()

    def _asleep(self, seconds: float) -> Semaphore:
        turn = Semaphore(0)
        heappush(self._sleeping, (self.now + seconds, next(self._order), turn))
        return turn

    def _wake(self) -> None:
        self.now, _, turn = heappop(self._sleeping)
        turn.release()
