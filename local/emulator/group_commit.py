"""Many changes wait for one save, and saving leaves most of the time to the changes."""

import asyncio
import time
from collections.abc import Callable, Iterable

# The pause after a save, in multiples of its cost: more leaves more time to requests, but makes a lone writer wait.
PAUSE = 2


class GroupCommit:
    """Shares each call of `save` among all who ask for it before it begins.

    `save` takes the names of what it must save and answers what that cost, in seconds of this thread's processor time:
    how long a busy machine let it wait must not put off the next save.
    """

    def __init__(self, save: Callable[[Iterable[str]], float]) -> None:
        self._save = save
        self._unsaved: set[str] = set()
        self._next: asyncio.Future[None] | None = None
        self._pause_ends = 0.0

    async def saved(self, names: Iterable[str]) -> None:
        """Wait for a save of `names` that begins after this call; raises what `save` raises."""
        self._unsaved.update(names)
        if self._next is None:
            self._next = asyncio.ensure_future(self._save_unsaved())
        # Of those who share a save, one that is given up must not take it from the others.
        await asyncio.shield(self._next)

    async def _save_unsaved(self) -> None:
        await asyncio.sleep(self._pause_ends - time.monotonic())
        self._next, names, self._unsaved = None, self._unsaved, set()
        cost_s = self._save(names)
        self._pause_ends = time.monotonic() + PAUSE * cost_s
