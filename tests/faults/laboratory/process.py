"""A function as Lambda runs it: its own module, loaded anew for each process, called with JSON."""

import contextlib
import io
import json
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from random import Random
from types import ModuleType
from typing import Any
from unittest import mock
from uuid import uuid4

from services.common import telemetry
from shared.log_patterns import LOG_PATTERNS
from shared.model import Function
from tests.faults.laboratory.faults import ProcessKilledError
from tests.faults.laboratory.virtual_clock import VirtualClock
from tests.faults.laboratory.wire import Wire


class ThrottledError(Exception):
    """The function may not run now."""


@contextlib.contextmanager
def _logging_to(said: io.StringIO) -> Iterator[None]:
    handler = telemetry.logger.registered_handler
    before = handler.setStream(said)
    try:
        yield
    finally:
        handler.setStream(before)


@dataclass(frozen=True)
class Result:
    """What an invocation came to: an answer, an error, or a process that was killed."""

    answer: Any = None
    error: BaseException | None = None

    @property
    def killed(self) -> bool:
        return isinstance(self.error, ProcessKilledError)

    def as_lambda_tells(self) -> dict[str, Any]:
        """In the form that the embedded target's mappings read, too."""
        if self.error is None:
            return {"body": self.answer}
        kind = "Runtime.ExitError" if self.killed else type(self.error).__name__
        return {"error": True, "body": {"errorType": kind, "errorMessage": str(self.error)}}


class InOrder:
    """Stands for a pool of threads whose calls run one after the other, so that a run can be repeated."""

    def __init__(self, threads: int) -> None:
        assert threads > 0

    def submit(self, call: Callable[..., Any], *arguments: Any) -> Future[Any]:
        future: Future[Any] = Future()
        try:
            future.set_result(call(*arguments))
        except BaseException as error:  # noqa: BLE001 - as a thread pool does
            future.set_exception(error)
        return future


class Context:
    """Lambda's context object, as far as handlers use it."""

    def __init__(self, function: Function, request_id: str, ends_at: float, clock: VirtualClock) -> None:
        self.function_name = function.name
        self.memory_limit_in_mb = function.memory_mb
        self.invoked_function_arn = f"arn:aws:lambda:us-east-1:123456789012:function:{function.name}"
        self.aws_request_id = request_id
        self._ends_at = ends_at
        self._clock = clock

    def get_remaining_time_in_millis(self) -> int:
        return max(0, int((self._ends_at - self._clock.now().timestamp()) * 1000))


class Process:
    """One execution environment of a function; after a kill or a timeout the next invocation starts another."""

    def __init__(
        self, function: Function, source: Path, variables: Mapping[str, str], wire: Wire, clock: VirtualClock
    ) -> None:
        self.function = function
        self.metrics: Counter[str] = Counter()
        self.errors = 0
        self.throttles = 0
        self.logged: set[tuple[str, str]] = set()
        self.disabled = False
        self._source = source
        self._variables = variables
        self._wire = wire
        self._clock = clock
        self._module: ModuleType | None = None

    def invoke(self, event: Any, request_id: str) -> Result:
        """Calls the handler with the event as JSON carries it, in a process that is started if there is none.

        Where the function is disabled, which is a concurrency of zero, there is no call.
        """
        if self.disabled:
            self.throttles += 1
            return Result(error=ThrottledError())
        said = io.StringIO()
        with self._wire.process(self.function.timeout), contextlib.redirect_stdout(said), _logging_to(said):
            result = self._invoke(json.dumps(event), request_id)
        self.errors += result.error is not None
        self._note(said.getvalue())
        self._count(said.getvalue())
        if result.killed:
            self.end()
        return result

    def at_once(self, events: Sequence[Any], random: Random) -> list[Any]:
        """The answers to events that as many processes handle at the same time, in an order that is drawn."""
        handlers = [self.another()._start().handler for _ in events]
        calls = [
            partial(handler, event, self._context(str(uuid4())))
            for handler, event in zip(handlers, events, strict=True)
        ]
        with self._wire.process(self.function.timeout):
            return self._wire.interleaved(calls, random)

    def another(self) -> "Process":
        """One more execution environment of the function, which knows nothing of this one."""
        return Process(self.function, self._source, self._variables, self._wire, self._clock)

    def end(self) -> None:
        """Whatever the process knew is gone."""
        self._module = None

    def _invoke(self, event: str, request_id: str) -> Result:
        context = self._context(request_id)
        try:
            self._module = self._module or self._start()
            return Result(json.loads(json.dumps(self._module.handler(json.loads(event), context), allow_nan=False)))
        except (Exception, ProcessKilledError) as error:  # noqa: BLE001 - Lambda reports every error
            return Result(error=error)

    def _context(self, request_id: str) -> Context:
        ends_at = self._clock.now().timestamp() + self.function.timeout
        return Context(self.function, request_id, ends_at, self._clock)

    def _start(self) -> ModuleType:
        # Under a name of its own: the module that other tests have imported stays as it is.
        name = f"laboratory.{self._source.parent.name}.{self._source.stem}"
        spec = spec_from_file_location(name, self._source)
        assert spec is not None
        assert spec.loader is not None
        module = module_from_spec(spec)
        with (
            mock.patch.dict(os.environ, self._variables),
            mock.patch.dict(sys.modules, {name: module}),
            mock.patch("services.common.workers.ThreadPoolExecutor", InOrder),
        ):
            spec.loader.exec_module(module)
        return module

    def _note(self, said: str) -> None:
        """Keeps what rings, by the pattern of the alarm."""
        for line in said.splitlines():
            message = json.loads(line).get("message") if line.startswith("{") else line
            self.logged |= {(pattern, str(message)) for pattern in LOG_PATTERNS if pattern in line}

    def _count(self, said: str) -> None:
        for line in said.splitlines():
            if not line.startswith('{"_aws"'):
                continue
            record = json.loads(line)
            for described in record["_aws"]["CloudWatchMetrics"]:
                for metric in described["Metrics"]:
                    values = record[metric["Name"]]
                    self.metrics[metric["Name"]] += int(sum(values if isinstance(values, list) else [values]))
