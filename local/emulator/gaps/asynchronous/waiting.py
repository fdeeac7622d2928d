"""Lambda's queue of accepted events, one file an event, so that they outlive the emulator's process."""

import json
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

from local.emulator.state_folder import write_atomically


@dataclass
class AcceptedEvent:
    """An event for the function `name`, called by `arn`; how often it was tried, and when it was accepted."""

    arn: str
    name: str
    payload: Any
    request_id: str = field(default_factory=lambda: str(uuid4()))
    accepted: float = field(default_factory=time.time)
    invocations: int = 0


class WaitingEvents:
    """The accepted events that have not come to their end."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, event: AcceptedEvent) -> None:
        """Write the event as it is now; on return it outlives a kill."""
        write_atomically(self._file(event), json.dumps(asdict(event)).encode())

    def forget(self, event: AcceptedEvent) -> None:
        """The event has come to its end."""
        self._file(event).unlink(missing_ok=True)

    def all(self) -> list[AcceptedEvent]:
        """Those of earlier processes, too, in the order of their acceptance."""
        found = [AcceptedEvent(**json.loads(file.read_bytes())) for file in self._folder.glob("*.json")]
        return sorted(found, key=lambda event: event.accepted)

    def _file(self, event: AcceptedEvent) -> Path:
        return self._folder / f"{event.request_id}.json"
