"""A step of the set-up, and the stamp that says that it is done."""

import hashlib
import os
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from local.paths import CHECKOUT


class Step(NamedTuple):
    """One thing to have: `stamp` lies with it, and holds the digest of `inputs` and the paths that must be there."""

    name: str
    title: str
    stamp: Path
    inputs: tuple[str, ...]

    def is_ready(self) -> bool:
        """Whether it was made from these inputs, in this checkout, and is still there."""
        try:
            digest, *made = self.stamp.read_text().splitlines()
        except (OSError, ValueError):
            return False
        return digest == self._digest() and all(os.path.exists(path) for path in made)  # noqa: PTH110 - half the time

    def finish(self, made: Iterable[Path]) -> None:
        """Write the stamp, last and at once: what is interrupted before is made again."""
        self.stamp.parent.mkdir(parents=True, exist_ok=True)
        draft = self.stamp.with_name(f"{self.stamp.name}.{os.getpid()}")
        draft.write_text("\n".join([self._digest(), *map(str, made)]) + "\n")
        draft.replace(self.stamp)

    def _digest(self) -> str:
        # The checkout's path counts: environments hold it, and don't survive a move.
        return hashlib.sha256("\0".join([str(CHECKOUT), self.name, *self.inputs]).encode()).hexdigest()
