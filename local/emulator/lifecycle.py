"""Start, find, stop and empty the emulator of a state folder."""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import time
import urllib.error
import urllib.request
from dataclasses import asdict, dataclass
from pathlib import Path

from local.emulator.pace import Pace
from local.emulator.problems import EmulatorError
from local.emulator.state_folder import StateFolder, exclusive, holder_of
from local.paths import CHECKOUT, EMULATOR_PYTHON, RUNTIME_PYTHON, state_root

STOP_LIMIT_S = 10.0
ANSWER_LIMIT_S = 10.0
# A large saved state takes its time to load.
LOADING_LIMIT_S = 60.0
LOG_TAIL_LINES = 25
READY = "ready"
USUAL_PACE = Pace()


@dataclass(frozen=True)
class Endpoint:
    """Where a running emulator answers."""

    url: str
    port: int
    pid: int


def default_state() -> Path:
    """The checkout's own emulator's folder."""
    return state_root() / "emulator"


def start(
    state: Path, *, plain: bool = False, runtime_python: Path = RUNTIME_PYTHON, pace: Pace = USUAL_PACE
) -> Endpoint:
    """Start the emulator of `state`, or find it running and healthy; answers once it serves requests.

    `plain` leaves the gaps to AWS open; `pace` is how long the closed ones wait. Raises EmulatorError with the log's
    end when it does not come up.
    """
    folder = StateFolder(state.resolve())
    folder.root.mkdir(parents=True, exist_ok=True)
    with exclusive(folder.start_lock):
        if found := running(state):
            return found
        _end(folder)
        _spawn(folder, {"plain": plain, "runtime_python": str(runtime_python), "pace": asdict(pace)})
    found = _holder(folder)
    if found and _healthy(found, LOADING_LIMIT_S):
        return found
    raise EmulatorError(f"The emulator came up, but does not answer.\n{_log_tail(folder)}")


def running(state: Path) -> Endpoint | None:
    """The healthy emulator of `state`, or None."""
    endpoint = _holder(StateFolder(state.resolve()))
    return endpoint if endpoint and _healthy(endpoint) else None


def stop(state: Path) -> bool:
    """Save and end the emulator of `state` with all that it started; False when none was running."""
    folder = StateFolder(state.resolve())
    if not folder.root.is_dir():
        return False
    with exclusive(folder.start_lock):
        return _end(folder)


def reset(state: Path) -> None:
    """Empty the emulator of `state`; one that was running is running again, on its old port."""
    folder = StateFolder(state.resolve())
    if not folder.root.is_dir():
        return
    with exclusive(folder.start_lock):
        was = holder_of(folder.server_lock)
        _end(folder)
        for part in (*folder.kept, folder.scratch):
            shutil.rmtree(part, ignore_errors=True)
    if was:
        settings = was["settings"]
        pace = Pace(**settings.get("pace", {}))
        start(state, plain=settings["plain"], runtime_python=Path(settings["runtime_python"]), pace=pace)


def _holder(folder: StateFolder) -> Endpoint | None:
    found = holder_of(folder.server_lock)
    if not found or "port" not in found:
        return None
    return Endpoint(url=f"http://127.0.0.1:{found['port']}", port=found["port"], pid=found["pid"])


def _healthy(endpoint: Endpoint, limit_s: float = ANSWER_LIMIT_S) -> bool:
    try:
        with urllib.request.urlopen(f"{endpoint.url}/_ministack/health", timeout=limit_s) as answer:  # noqa: S310 - loopback
            return answer.status == 200  # noqa: PLR2004 - HTTP's OK
    except (urllib.error.URLError, OSError):
        return False


def _spawn(folder: StateFolder, choices: dict[str, object]) -> None:
    if not EMULATOR_PYTHON.exists():
        raise EmulatorError(
            "The emulator is not installed: .toolchain/emulator is missing. Run `./justw`, which installs it."
        )
    settings = {"state": str(folder.root), **choices}
    reader, writer = os.pipe()
    with folder.console.open("wb") as console:
        subprocess.run(
            # MiniStack reads the saved state, which is UTF-8, in the locale's encoding.
            [EMULATOR_PYTHON, "-X", "utf8", "-m", "local.emulator.server", str(writer), json.dumps(settings)],
            cwd=CHECKOUT,
            env=_environment(),
            stdin=subprocess.DEVNULL,
            stdout=console,
            stderr=console,
            pass_fds=[writer],
            check=False,
        )
    os.close(writer)
    with os.fdopen(reader) as answer:
        said = answer.read()
    if said != READY:
        raise EmulatorError(said or f"The emulator did not start.\n{_log_tail(folder)}")


def _environment() -> dict[str, str]:
    """Nothing of the caller's AWS settings: they would change the emulator's own administrator."""
    kept = ("PATH", "HOME", "LANG", "LC_ALL", "TZ")
    return {name: os.environ[name] for name in kept if name in os.environ}


def _end(folder: StateFolder) -> bool:
    """End the server by SIGTERM, by SIGKILL when it does not listen, then whatever is left of its process group."""
    endpoint = _holder(folder)
    if endpoint is None:
        return False
    for number, patience_s in ((signal.SIGTERM, STOP_LIMIT_S), (signal.SIGKILL, STOP_LIMIT_S)):
        with contextlib.suppress(ProcessLookupError):
            os.kill(endpoint.pid, number)
        if _ended(folder, patience_s):
            break
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(endpoint.pid, signal.SIGKILL)
    return True


def _ended(folder: StateFolder, patience_s: float) -> bool:
    deadline = time.monotonic() + patience_s
    while _holder(folder):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def _log_tail(folder: StateFolder) -> str:
    lines: list[str] = []
    for file in (folder.log, folder.console):
        with contextlib.suppress(OSError):
            lines += file.read_text(errors="replace").splitlines()[-LOG_TAIL_LINES:]
    return "\n".join([*lines[-2 * LOG_TAIL_LINES :], f"(log: {folder.log})"])
