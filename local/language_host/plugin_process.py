"""Child processes of the language host: policy packs, whose output is streamed to the engine."""

import queue
import subprocess
import threading
from collections.abc import Iterator, Mapping
from typing import IO, Any

from pulumi.runtime.proto import language_pb2


class PluginProcesses:
    """The running policy packs; each ends with its stream, and all end with the host."""

    def __init__(self) -> None:
        self._running: set[subprocess.Popen[bytes]] = set()

    def run(
        self, command: list[str], folder: str, environment: Mapping[str, str], context: Any
    ) -> Iterator[language_pb2.RunPluginResponse]:
        """Stream stdout and stderr as they come, and the exit code at the end."""
        process = subprocess.Popen(
            command,
            cwd=folder or None,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        self._running.add(process)
        context.add_callback(lambda: _stop(process))
        try:
            yield from _stream(process)
            yield language_pb2.RunPluginResponse(exitcode=process.wait())
        finally:
            _stop(process)
            self._running.discard(process)

    def stop_all(self) -> None:
        """End every policy pack that still runs."""
        for process in tuple(self._running):
            _stop(process)


def _stop(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.kill()


def _stream(process: subprocess.Popen[bytes]) -> Iterator[language_pb2.RunPluginResponse]:
    chunks: queue.SimpleQueue[language_pb2.RunPluginResponse | None] = queue.SimpleQueue()

    def pump(pipe: IO[bytes], field: str) -> None:
        while chunk := pipe.read1(65536):  # pyright: ignore[reportAttributeAccessIssue] - a Popen pipe is a BufferedReader
            chunks.put(language_pb2.RunPluginResponse(**{field: chunk}))
        chunks.put(None)

    pipes = {"stdout": process.stdout, "stderr": process.stderr}
    for field, pipe in pipes.items():
        threading.Thread(target=pump, args=(pipe, field), daemon=True).start()
    for _ in pipes:
        yield from iter(chunks.get, None)
