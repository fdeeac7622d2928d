"""What the gaps need to know of the running emulator."""

import threading
from dataclasses import dataclass, field
from pathlib import Path

from local.emulator.pace import Pace


@dataclass(frozen=True)
class GapSettings:
    """`scratch` is a folder that is emptied at each start, `waiting_events` one that is kept; `url` answers requests.

    `ending` is set as soon as the emulator answers no more: what fails from then on says nothing of what it was about.
    """

    runtime_python: Path
    scratch: Path
    waiting_events: Path
    url: str
    ending: threading.Event
    pace: Pace = field(default_factory=Pace)
