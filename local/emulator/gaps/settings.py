"""What the gaps need to know of the running emulator."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class GapSettings:
    """`scratch` is a folder that is emptied at each start; `url` is where the emulator answers."""

    runtime_python: Path
    scratch: Path
    url: str
