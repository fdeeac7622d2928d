"""Child processes whose output is streamed."""

import os
from collections.abc import Callable

from local.language_host.plugin_process import PluginProcesses


class Call:
    """The part of a gRPC call's context that tells of its end."""

    def __init__(self) -> None:
        self.end: Callable[[], None] = lambda: None

    def add_callback(self, callback: Callable[[], None]) -> None:
        self.end = callback


def test_output_comes_as_it_is_printed_and_the_exit_code_last() -> None:
    stream = PluginProcesses().run(["sh", "-c", "echo out; echo err >&2; exit 3"], "", os.environ, Call())
    *chunks, last = list(stream)
    assert b"".join(chunk.stdout for chunk in chunks) == b"out\n"
    assert b"".join(chunk.stderr for chunk in chunks) == b"err\n"
    assert last.exitcode == 3


def test_a_process_ends_when_the_engine_hangs_up() -> None:
    call = Call()
    stream = PluginProcesses().run(["sh", "-c", "echo started; exec sleep 60"], "", os.environ, call)
    assert next(stream).stdout == b"started\n"
    call.end()
    assert next(stream).exitcode == -9


def test_all_end_with_the_host() -> None:
    processes = PluginProcesses()
    stream = processes.run(["sh", "-c", "echo started; exec sleep 60"], "", os.environ, Call())
    next(stream)
    processes.stop_all()
    assert next(stream).exitcode == -9
