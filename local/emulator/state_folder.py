"""The files of one emulator: its saved AWS state, its address, its locks and its logs."""

import fcntl
import json
import os
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class StateFolder:
    """Names every file below the state folder `root`."""

    root: Path

    @property
    def saved(self) -> Path:
        """The AWS services' saved state, one JSON file a service, and the functions' code."""
        return self.root / "aws"

    @property
    def objects(self) -> Path:
        """The S3 objects."""
        return self.root / "s3"

    @property
    def scratch(self) -> Path:
        """Unpacked function code; worth nothing once the emulator has ended."""
        return self.root / "tmp"

    @property
    def waiting_events(self) -> Path:
        """The events that functions were given asynchronously and have not done yet, one JSON file an event."""
        return self.root / "events"

    @property
    def kept(self) -> tuple[Path, ...]:
        """All that outlives the emulator's process and that a reset forgets."""
        return self.saved, self.objects, self.waiting_events

    @property
    def address(self) -> Path:
        """The port that was chosen once and is kept, because queue URLs hold it."""
        return self.root / "address.json"

    @property
    def server_lock(self) -> Path:
        """Locked by the emulator for as long as it lives; holds its pid and port."""
        return self.root / "server.lock"

    @property
    def start_lock(self) -> Path:
        """Locked by whoever is starting, stopping or emptying the emulator."""
        return self.root / "start.lock"

    @property
    def log(self) -> Path:
        """The emulator's log, rotated."""
        return self.root / "emulator.log"

    @property
    def console(self) -> Path:
        """What the emulator's process printed itself, anew at each start."""
        return self.root / "emulator.out"

    def holds_port(self, port: int) -> bool:
        """Whether the saved state names the emulator's own address, as queue URLs do."""
        address = f"127.0.0.1:{port}"
        return any(address in file.read_text() for file in self.saved.glob("*.json"))

    def remembered_port(self) -> int | None:
        """The port of earlier runs, or None when there was none."""
        try:
            return int(json.loads(self.address.read_text())["port"])
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def remember_port(self, port: int) -> None:
        write_atomically(self.address, json.dumps({"port": port}).encode())


def write_atomically(path: Path, content: bytes) -> None:
    """Replace `path` so that a reader, or a crash, meets the old content or the new, never half of one."""
    draft = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    draft.write_bytes(content)
    draft.replace(path)


@contextmanager
def exclusive(path: Path) -> Generator[None]:
    """Hold the lock file `path`; the kernel drops it when the process ends, however it ends."""
    with path.open("a+") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def claim(path: Path, holder: dict[str, Any], patience_s: float = 2.0) -> int:
    """Lock `path` for the life of this process, write `holder` into it as JSON, and answer its descriptor.

    Raises BlockingIOError when another process holds it. A glance by `holder_of` is waited out.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    deadline = time.monotonic() + patience_s
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            break
        except BlockingIOError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.02)
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, json.dumps(holder).encode(), 0)
    return descriptor


def holder_of(path: Path) -> dict[str, Any] | None:
    """What the living holder of the lock `path` wrote into it; None when no process holds it.

    The lock, not the pid, says whether the holder lives: a pid may belong to another process by now.
    """
    try:
        with path.open() as handle:
            try:
                fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return json.loads(handle.read() or "{}")
    except (FileNotFoundError, ValueError):
        pass
    return None
