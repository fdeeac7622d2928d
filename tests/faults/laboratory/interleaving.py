"""Processes at the same time, in an order that can be repeated: one runs, at each call to AWS a drawn one goes on."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from random import Random
from threading import Semaphore, local
from typing import Generic, TypeVar

Answer = TypeVar("Answer")


class Interleaving(Generic[Answer]):
    """Threads of which only one runs at any time; `pause` passes the turn on."""

    def __init__(self, calls: Sequence[Callable[[], Answer]], random: Random) -> None:
        self._calls = calls
        self._random = random
        self._turns = [Semaphore(0) for _ in calls]
        self._unfinished = list(range(len(calls)))
        self._this_thread = local()

    def run(self) -> list[Answer]:
        """The answers in the calls' order; what a call raises is raised."""
        with ThreadPoolExecutor(len(self._calls)) as pool:
            answers = [pool.submit(self._run, place) for place in self._unfinished]
            self._pass_on()
        return [answer.result() for answer in answers]

    def pause(self) -> None:
        """Lets a drawn one go on, which may be the one that asks."""
        self._pass_on()
        self._turns[self._this_thread.place].acquire()

    def _run(self, place: int) -> Answer:
        self._this_thread.place = place
        self._turns[place].acquire()
        try:
            return self._calls[place]()
        finally:
            self._unfinished.remove(place)
            if self._unfinished:
                self._pass_on()

    def _pass_on(self) -> None:
        self._turns[self._random.choice(self._unfinished)].release()
