"""`python -m local.emulator` speaks in sentences."""

import socket
import subprocess
import sys
from pathlib import Path

from local.emulator.state_folder import StateFolder
from local.paths import CHECKOUT


def _emulator(command: str, state: Path) -> tuple[int, str]:
    run = [sys.executable, "-m", "local.emulator", command, "--state", str(state)]
    done = subprocess.run(run, cwd=CHECKOUT, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def test_up_status_reset_and_down_say_what_is(state: Path) -> None:
    assert _emulator("status", state) == (0, "Not running.\n")
    assert _emulator("down", state) == (0, "No emulator was running.\n")
    code, said = _emulator("up", state)
    assert code == 0
    assert "The emulator answers at http://127.0.0.1:" in said
    assert "Running at http://127.0.0.1:" in _emulator("status", state)[1]
    assert "is empty" in _emulator("reset", state)[1]
    assert _emulator("down", state) == (0, "The emulator has saved its state and ended.\n")


def test_a_problem_is_a_sentence_and_an_exit_code(state: Path) -> None:
    _emulator("up", state)
    _emulator("down", state)
    folder = StateFolder(state)
    port = folder.remembered_port()
    (folder.saved / "sqs.json").write_text(f'"http://127.0.0.1:{port}/000000000000/queue"')
    with socket.create_server(("127.0.0.1", port or 0)):
        code, said = _emulator("up", state)
    assert code == 1
    assert said.startswith(f"Port {port} is taken by another process")
    assert "Traceback" not in said
