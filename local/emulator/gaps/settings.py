"""What the gaps need to know of the running emulator."""

from dataclasses import dataclass, field
from pathlib import Path

from local.emulator.pace import Pace


@dataclass(frozen=True)
class GapSettings:
    """`scratch` is a folder that is emptied at each start; `url` is where the emulator answers."""

    runtime_python: Path
    scratch: Path
    url: str
    pace: Pace = field(default_factory=Pace)
