"""The pin: the gaps' wrappers fit one release of MiniStack, function by function, and refuse any other."""

import hashlib
import importlib.metadata
import inspect
from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce
from typing import Any

from local.emulator.ministack import PINNED, load
from local.emulator.problems import EmulatorError


@dataclass(frozen=True)
class Wrapped:
    """A function or class of MiniStack that a gap replaces or relies on, with the digest of its source."""

    module: str
    name: str
    digest: str

    def source_digest(self) -> str:
        """The first 16 hex digits of the SHA-256 of its source as installed; `missing` when it is gone."""
        try:
            found: Any = reduce(getattr, self.name.split("."), load(self.module))
        except (AttributeError, ModuleNotFoundError):
            return "missing"
        return hashlib.sha256(inspect.getsource(found).encode()).hexdigest()[:16]


def check_version() -> None:
    """Refuse any release of MiniStack but the pinned one."""
    installed = importlib.metadata.version("ministack")
    if installed != PINNED:
        raise EmulatorError(
            f"The emulator's environment has ministack {installed}; this checkout is made for {PINNED}. "
            "Remove .toolchain/emulator and run `./justw`, which installs it anew."
        )


def check_sources(wrapped: Iterable[Wrapped]) -> None:
    """Refuse to start when any source differs from the one that the gap was written against."""
    changed = [
        f"  {item.module}.{item.name}: expected {item.digest}, found {found}"
        for item in wrapped
        if (found := item.source_digest()) != item.digest
    ]
    if changed:
        raise EmulatorError(
            "These functions of MiniStack are not the ones that the gaps in local/emulator/gaps were written against:\n"
            + "\n".join(changed)
            + "\nReinstall the emulator, or review the gap against the new source and update its digest."
        )
