"""One run of a Pulumi program in this process."""

import asyncio
import contextvars
import logging
import os
import runpy
import sys
import traceback
from concurrent.futures import ThreadPoolExecutor
from enum import Enum, auto
from pathlib import Path
from typing import Any

import grpc
import pulumi
from pulumi.runtime import Settings, configure, run_in_stack, set_all_config


class Outcome(Enum):
    """How a run ended; REPORTED: it failed, and the engine has the message."""

    DONE = auto()
    REPORTED = auto()


class ProgramRun:
    """The program of a RunRequest, its settings and the way its errors are told."""

    def __init__(self, request: Any, engine_address: str) -> None:
        self._request = request
        self._engine_address = engine_address
        # The engine names the folder and an entry point in it, "." for the folder's own __main__.py.
        self._program = Path(request.info.program_directory or request.pwd, request.info.entry_point or ".").resolve()

    def run(self) -> Outcome:
        """Run to the end of all resource registrations; never raises for what the program did."""
        return contextvars.copy_context().run(self._run)

    def _run(self) -> Outcome:
        self._configure()
        sys.argv = [self._request.info.entry_point or ".", *self._request.args]
        os.chdir(self._request.pwd)
        # A failed program leaves unawaited futures behind; what asyncio says of them hides the real message.
        logging.getLogger("asyncio").setLevel(logging.CRITICAL)
        loop = asyncio.new_event_loop()
        asyncio.set_event_loop(loop)
        executor = ThreadPoolExecutor(max_workers=max(self._request.parallel, 1) * 4)
        loop.set_default_executor(executor)
        try:
            loop.run_until_complete(run_in_stack(self._execute))
        except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever a user's program raises is told, never thrown
            return self._tell(error)
        finally:
            executor.shutdown(wait=True)
            loop.close()
            sys.stdout.flush()
            sys.stderr.flush()
        return Outcome.DONE

    def _configure(self) -> None:
        request = self._request
        set_all_config(dict(request.config), list(request.configSecretKeys))
        configure(
            Settings(
                project=request.project,
                stack=request.stack,
                monitor=request.monitor_address,
                engine=self._engine_address,
                parallel=request.parallel,
                dry_run=request.dryRun,
                organization=request.organization or "organization",
                root_directory=request.info.root_directory,
            )
        )

    def _execute(self) -> None:
        if self._program.is_dir() and not (self._program / "__main__.py").is_file():
            raise pulumi.RunError(f"unable to find main python program `__main__.py` in `{self._program}`")
        runpy.run_path(str(self._program), run_name="__main__")

    def _tell(self, error: BaseException) -> Outcome:
        if isinstance(error, SystemExit) and error.code in (None, 0):
            return Outcome.DONE
        if isinstance(error, grpc.RpcError) and error.code() == grpc.StatusCode.UNAVAILABLE:
            # The engine is going away and has its reason on the screen already.
            return Outcome.REPORTED
        if isinstance(error, pulumi.RunError):
            pulumi.log.error(str(error))
        elif isinstance(error, SystemExit):
            pulumi.log.error(f"Program exited with {error.code}")
        else:
            pulumi.log.error(f"Program failed with an unhandled exception:\n{self._traceback(error)}")
        return Outcome.REPORTED

    def _traceback(self, error: BaseException) -> str:
        main = str(self._program / "__main__.py" if self._program.is_dir() else self._program)
        frame = error.__traceback__
        while frame and Path(frame.tb_frame.f_code.co_filename).resolve() != Path(main):
            frame = frame.tb_next
        return "".join(traceback.format_exception(type(error), error, frame or error.__traceback__))
