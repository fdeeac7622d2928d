"""The host ends at once and quietly when it is told to."""

import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from local.toolchain.launchers import LANGUAGE_HOST, write_launcher


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_within_a_second_and_without_a_word(tmp_path: Path, ending: signal.Signals) -> None:
    launcher = write_launcher(tmp_path / "host", LANGUAGE_HOST)
    host = subprocess.Popen([launcher, "127.0.0.1:1"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert host.stdout is not None
    assert int(host.stdout.readline()) > 0
    os.kill(host.pid, ending)
    started = time.monotonic()
    assert host.communicate(timeout=10) == ("", "")
    assert host.returncode == 0
    assert time.monotonic() - started < 1
