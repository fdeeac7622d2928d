"""Each system held against the very names and numbers of its requirements, one module a system, by its name."""

from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from typing import Protocol, cast

from operations.validation.deployed import Deployed
from operations.validation.finding import Finding
from shared.model import System
from shared.systems import folder_name


class Examination(Protocol):
    """A module of this package."""

    def examine(self, deployed: Deployed, system: System) -> Iterator[Finding]:
        """Findings on the system's own rows."""
        ...


def examination_of(system: System) -> Examination | None:
    """The module of the system's name; None where the requirements state nothing of it by name."""
    module = f"{__name__}.{folder_name(system.name)}"
    return cast(Examination, import_module(module)) if find_spec(module) else None
