"""Threads for many small calls to AWS at once."""

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


class Workers:
    """A bounded number of threads, which outlive an invocation but work only within one.

    Each thread takes an equal share of the items: handing over single ones would cost more than preparing their calls.
    """

    def __init__(self, threads: int) -> None:
        self._threads = threads
        self._pool = ThreadPoolExecutor(threads)

    def map(self, call: Callable[[Item], Result], items: Iterable[Item]) -> list[Result]:
        """The results in the items' order, once all calls have ended; the first error that a call raised, if any."""
        todo = list(items)
        if len(todo) <= 1:
            return [call(item) for item in todo]

        def work(share: Sequence[Item]) -> list[Result]:
            return [call(item) for item in share]

        shares = [todo[start :: self._threads] for start in range(min(self._threads, len(todo)))]
        futures = [self._pool.submit(work, share) for share in shares]
        wait(futures)
        done = [future.result() for future in futures]
        return [done[position % len(shares)][position // len(shares)] for position in range(len(todo))]
