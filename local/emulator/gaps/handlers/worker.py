"""One execution environment: a process of the runtime's interpreter that serves one invocation after the other."""

import hashlib
import io
import os
import shutil
import subprocess
import zipfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from local.emulator.gaps.handlers.channel import Channel, HandlerEndedError, HandlerLateError
from local.emulator.gaps.handlers.environment import FunctionEnvironment
from local.emulator.ministack import load

BOOTSTRAP = Path(__file__).with_name("bootstrap.py")
INIT_LIMIT_S = 10.0


@dataclass(frozen=True)
class Outcome:
    """What an invocation ended with: the function's result, or the error document of the runtime."""

    payload: Any
    log: str
    failed: bool


def worker_class(environment: FunctionEnvironment) -> type[Any]:
    """The worker class, as MiniStack's pool wants it: a subclass of its own."""
    return type("CleanWorker", (_CleanWorker, load("core.lambda_runtime").Worker), {"environment": environment})


class _CleanWorker:
    """Replaces how a pooled worker starts its process and talks to it; leasing and ending stay with the pool."""

    environment: FunctionEnvironment
    config: dict[str, Any]
    code_zip: bytes
    _proc: subprocess.Popen[bytes] | None
    _lock: Any
    _channel: Channel | None = None

    def invoke(self, event: Any, request_id: str, *, trace_id: str | None = None) -> Outcome:
        """Run the handler once; starts its process when there is none."""
        limit_s = float(self.config.get("Timeout") or 3)
        request = {
            "arn": self.config.get("FunctionArn", ""),
            "event": event,
            "request_id": request_id,
            "timeout_s": limit_s,
            "trace_id": trace_id,
        }
        with self._lock:
            try:
                answer, log = self._started(limit_s).ask(request, limit_s)
            except HandlerLateError:
                return self._broken("Sandbox.Timedout", f"Task timed out after {limit_s:.2f} seconds", request_id)
            except HandlerEndedError:
                return self._broken("Runtime.ExitError", "Runtime exited without providing a reason", request_id)
            if answer["fatal"]:
                self._end()
            return Outcome(answer["payload"], log, failed=answer["failed"])

    def _started(self, limit_s: float) -> Channel:
        if self._proc is not None and self._proc.poll() is None and self._channel:
            return self._channel
        self._close()
        self._channel = channel = Channel()
        self._proc = self._spawn_on(channel)
        channel.receive(INIT_LIMIT_S + limit_s)
        return channel

    def _spawn_on(self, channel: Channel) -> "subprocess.Popen[bytes]":
        code = _unpacked(self.code_zip, self.environment.settings.scratch)
        stream = f"{datetime.now(UTC):%Y/%m/%d}/[{self.config.get('Version', '$LATEST')}]{os.urandom(16).hex()}"
        interpreter = [str(self.environment.settings.runtime_python), "-I", "-B", "-X", "utf8", "-u"]
        try:
            return subprocess.Popen(
                [*interpreter, str(BOOTSTRAP), str(channel.requests_far), str(channel.answers_far)],
                cwd=code,
                env=self.environment.variables(self.config, code, stream),
                stdin=subprocess.DEVNULL,
                stdout=channel.log_far,
                stderr=channel.log_far,
                pass_fds=[channel.requests_far, channel.answers_far],
            )
        finally:
            channel.close_far_ends()

    def _broken(self, kind: str, message: str, request_id: str) -> Outcome:
        status = f"RequestId: {request_id} Error: {message}"
        log = "\n".join(filter(None, [self._end(), status]))
        return Outcome({"errorType": kind, "errorMessage": status}, log, failed=True)

    def _end(self) -> str:
        """End the process at once; answers the last of its log."""
        if self._proc:
            self._proc.kill()
            self._proc.wait()
            self._proc = None
        rest = self._channel.rest_of_log() if self._channel else ""
        self._close()
        return rest

    def _discard_tmpdir(self) -> None:
        """MiniStack's name, which its pool calls on an ended process; an invocation in flight sees the end itself."""
        if self._lock.acquire(blocking=False):
            self._close()
            self._lock.release()

    def _close(self) -> None:
        if self._channel:
            self._channel.close()
            self._channel = None


def _unpacked(package: bytes, scratch: Path) -> Path:
    """The folder with the function's package, unpacked once for each content and shared, as /var/task is read-only."""
    folder = scratch / "code" / hashlib.sha256(package).hexdigest()
    if folder.is_dir():
        return folder
    draft = folder.with_name(f"{folder.name}.{os.urandom(4).hex()}")
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        load("services.lambda_svc")._extract_zip_preserving_mode(archive, str(draft))
    try:
        draft.rename(folder)
    except OSError:
        # Another worker was faster.
        shutil.rmtree(draft)
    return folder
