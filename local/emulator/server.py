"""The emulator's own process: detaches, takes port and lock, closes the gaps, then serves until SIGTERM.

Runs with the emulator's interpreter, so it and all it imports use the standard library and what that environment has.
"""

import asyncio
import json
import logging
import logging.handlers
import os
import shutil
import signal
import socket
import sys
import threading
from pathlib import Path
from typing import Any

from local import exchange
from local.emulator import gaps, saving
from local.emulator.gaps.settings import GapSettings
from local.emulator.listening import listen
from local.emulator.ministack import load
from local.emulator.pace import Pace
from local.emulator.pinned import check_sources, check_version
from local.emulator.problems import EmulatorError
from local.emulator.state_folder import StateFolder, claim

LOG_BYTES = 5_000_000
# What a request may still take when the emulator is told to end.
GRACE_S = 0.3
# What goes through the starter's pipe: this, or the problem in words, or nothing when the process just ends.
READY = b"ready"


def main(ready: int, settings: dict[str, Any]) -> None:
    """Serve the state folder `settings["state"]`; the descriptor `ready` is told when requests are answered."""
    folder = StateFolder(Path(settings["state"]))
    check_version()
    with listen(folder) as listener:
        port = int(listener.getsockname()[1])
        claim(folder.server_lock, {"pid": os.getpid(), "port": port, "settings": settings})
        _prepare(folder, port)
        _log_to(folder)
        check_sources(saving.WRAPPED)
        ending = threading.Event()
        if not settings["plain"]:
            url, pace = f"http://127.0.0.1:{port}", Pace(**settings["pace"])
            python = Path(settings["runtime_python"])
            gaps.close_all(GapSettings(python, folder.scratch, folder.waiting_events, url, ending, pace))
        asyncio.run(_serve(listener, ready, ending))
    logging.shutdown()
    # Threads that still wait for a message or a schedule must not hold the process.
    os._exit(0)


def _prepare(folder: StateFolder, port: int) -> None:
    """Set what MiniStack reads from its environment when it is imported."""
    shutil.rmtree(folder.scratch, ignore_errors=True)
    for part in (*folder.kept, folder.scratch):
        part.mkdir(parents=True, exist_ok=True)
    os.environ.update(
        AUTH="true",
        AWS_ACCESS_KEY_ID="test",
        AWS_SECRET_ACCESS_KEY="test",  # noqa: S106 - the emulator's published administrator, on loopback only
        BIND_HOST="127.0.0.1",
        GATEWAY_PORT=str(port),
        IOT_MTLS_ENABLED="0",
        # AWS's default for an account; left alone, the quota depends on the memory that this machine has free.
        LAMBDA_ACCOUNT_CONCURRENCY="1000",
        LAMBDA_EXECUTOR="local",
        LOG_LEVEL="INFO",
        MINISTACK_HOST="127.0.0.1",
        PERSIST_STATE="1",
        S3_DATA_DIR=str(folder.objects),
        S3_PERSIST="1",
        SFTP_ENABLED="0",
        STATE_DIR=str(folder.saved),
        TMPDIR=str(folder.scratch),
    )


def _log_to(folder: StateFolder) -> None:
    handler = logging.handlers.RotatingFileHandler(folder.log, maxBytes=LOG_BYTES, backupCount=1)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s [%(name)s] %(message)s"))
    logging.basicConfig(level=logging.INFO, handlers=[handler])


async def _serve(listener: socket.socket, ready: int, ending: threading.Event) -> None:
    saver = saving.Saver()
    hypercorn = load("asyncio", package="hypercorn")
    config = load("config", package="hypercorn").Config()
    config.bind = [f"fd://{listener.fileno()}"]
    config.errorlog = logging.getLogger("hypercorn.error")
    config.graceful_timeout = GRACE_S
    config.keep_alive_timeout = 75
    ended = asyncio.Event()

    def end() -> None:
        ending.set()
        ended.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, end)
    timer = asyncio.create_task(saver.run())
    os.write(ready, READY)
    os.close(ready)
    await hypercorn.serve(exchange.beside(saver.application(load("app").app)), config, shutdown_trigger=ended.wait)
    timer.cancel()
    load("core.lambda_runtime").reset()


def _detach() -> None:
    """Leave the starter's session; what it started returns at once."""
    if os.fork():
        os._exit(0)
    os.setsid()


if __name__ == "__main__":
    _detach()
    ready_descriptor = int(sys.argv[1])
    os.set_inheritable(ready_descriptor, False)
    try:
        main(ready_descriptor, json.loads(sys.argv[2]))
    except EmulatorError as problem:
        os.write(ready_descriptor, str(problem).encode())
        sys.exit(1)
