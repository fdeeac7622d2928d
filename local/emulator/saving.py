"""Saves the AWS state while the emulator runs, so that one that is killed keeps what it acknowledged.

MiniStack saves at a clean shutdown only. Here a change is on disk before its request is answered, however large the
state is; requests share saves. What changes without a request is saved on a timer.
"""

import asyncio
import copy
import logging
import time
from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any

from local.emulator.encoding import encode
from local.emulator.group_commit import GroupCommit
from local.emulator.ministack import load
from local.emulator.pinned import Wrapped
from local.emulator.state_folder import write_atomically
from local.emulator.table_json import WRAPPED as WRAPPED_FOR_TABLES
from local.emulator.table_json import TableJson

WRAPPED = (
    Wrapped("app", "_get_module", "cfa12017561e8c41"),
    Wrapped("app", "_build_persistence_save_dict", "9a6393cc953d2f67"),
    Wrapped("core.persistence", "save_all", "ea253a04fd05447b"),
    Wrapped("services.dynamodb", "get_state", "ce90690a6033950f"),
    Wrapped("services.sqs", "get_state", "759c348b6e841407"),
    Wrapped("services.cloudwatch", "get_state", "a5b5ec456bb6c2e7"),
    Wrapped("services.cloudwatch_logs", "get_state", "969fbca606beb6e6"),
    Wrapped("core.persistence", "save_state", "58a9551109738f64"),
    Wrapped("core.persistence", "load_state", "1796603c91a178d6"),
    Wrapped("services.lambda_svc", "get_state", "fbae0860de48c568"),
    Wrapped("services.lambda_svc", "_write_code_blob", "69a68bb703da7164"),
    Wrapped("services.lambda_svc", "_prune_orphan_code_blobs", "9663ac4e986d1673"),
    *WRAPPED_FOR_TABLES,
)
TICK_S = 1.0
# The timer takes at most one part in this many of the time.
TICK_SHARE = 20
ATTEMPTS = 5
LAMBDA, DYNAMODB = "lambda", "dynamodb"
# Their `get_state` only copies; written out at once, the originals do as well, at a quarter of the time.
COPY_ONLY = (DYNAMODB, "sqs", "cloudwatch", "cloudwatch_logs")
# Services that deliver into others within their own request.
DELIVERS_INTO = {"sns": {"sqs"}, "s3": {"sqs"}, "eventbridge": {"sqs"}}
READS = ("Get", "List", "Describe", "Query", "Scan", "BatchGet", "Receive", "Lookup", "Filter", "Decrypt", "Encrypt")
# Asked about each request whether it is for an API of theirs; what changes them names no target.
ROUTE = {"apigateway", "apigateway_v1"}
# These change nothing but through requests of the handlers they run.
RUNS_HANDLERS = ("/_user_request_/", "/invocations")

GetState = Callable[[], Any]
Encoded = Callable[[str, GetState], bytes]

logger = logging.getLogger("saving")
_touched: ContextVar[set[str] | None] = ContextVar("touched", default=None)


class Saver:
    """Writes each service's state into its file in the state folder: atomically, and only when it differs."""

    def __init__(self) -> None:
        self._app, self._persistence = load("app"), load("core.persistence")
        self._folder = Path(self._persistence.STATE_DIR)
        self._keys: dict[str, str] = {module: key for key, module in self._app._state_map.items()}
        self._written: dict[str, bytes] = {}
        self._tables = TableJson()
        self._code = _KeptCode(load("services.lambda_svc"))
        self._app._get_module = _noting(self._app._get_module)
        self._app.save_all = self._save_all
        self._changes = GroupCommit(self._save_changed)
        self._copies = Copies()
        for name in COPY_ONLY:
            load(f"services.{name}").copy = self._copies

    def application(self, app: Any) -> Any:
        """The ASGI application `app`, which now holds the answer to a change until the change is saved."""

        async def saving(scope: dict[str, Any], receive: Any, send: Any) -> None:
            if scope["type"] != "http" or not _may_change(scope):
                await app(scope, receive, send)
                return
            touched: set[str] = set()
            _touched.set(touched)

            async def save_first(message: dict[str, Any]) -> None:
                if message["type"] == "http.response.start":
                    await self._changes.saved(_reached(touched - ROUTE if _target(scope) else touched))
                await send(message)

            await app(scope, receive, save_first)

        return saving

    async def run(self) -> None:
        """Save whatever differs, on a timer, for ever."""
        cost_s = 0.0
        while True:
            await asyncio.sleep(max(TICK_S, TICK_SHARE * cost_s))
            started = time.thread_time()
            self._save_all()
            cost_s = time.thread_time() - started

    def _save_changed(self, modules: Iterable[str]) -> float:
        """Save these services and answer what it cost; raises RuntimeError, TypeError or OSError where one can't be."""
        started = time.thread_time()
        self._save(modules, self._quickly)
        return time.thread_time() - started

    def _save_all(self, _: Any = None) -> None:
        """Save every service that can be saved, from scratch; in the place of MiniStack's step at a shutdown, too."""
        for module in self._app._state_map.values():
            try:
                self._save([module], self._from_scratch)
            except (RuntimeError, TypeError, OSError):
                logger.exception("%s is not saved", module)

    def _save(self, modules: Iterable[str], encoded: Encoded) -> None:
        """Write what differs; a service that was never used has nothing to save."""
        states: dict[str, GetState] = self._app._build_persistence_save_dict()
        for module in modules:
            key = self._keys.get(module)
            if key in states:
                self._write(key, self._content(key, states[key], encoded))

    def _write(self, key: str, content: bytes) -> None:
        if content and self._written.get(key) != content:
            write_atomically(self._folder / f"{key}.json", content)
            self._written[key] = content
            if key == LAMBDA:
                self._code.remove_unused()

    def _content(self, key: str, get_state: GetState, encoded: Encoded) -> bytes:
        for _ in range(ATTEMPTS - 1):
            try:
                return encoded(key, get_state)
            except RuntimeError as changed_meanwhile:
                logger.debug("%s changed while it was read: %s", key, changed_meanwhile)
        return encoded(key, get_state)

    def _quickly(self, key: str, get_state: GetState) -> bytes:
        if key != DYNAMODB:
            return self._from_scratch(key, get_state)
        state = self._state(get_state)
        try:
            self._tables.put_into(state)
            return self._encode(key, state)
        except TypeError:
            return self._from_scratch(key, get_state)

    def _from_scratch(self, key: str, get_state: GetState) -> bytes:
        state = self._state(get_state)
        return b"" if state is None else self._encode(key, state)

    def _state(self, get_state: GetState) -> Any:
        with self._copies.omitted():
            return get_state()

    def _encode(self, key: str, state: dict[str, Any]) -> bytes:
        version = self._persistence._state_format_version(key)
        return encode(version, state, self._persistence._json_default)


class Copies:
    """Stands for the module `copy` in the services of COPY_ONLY."""

    def __init__(self) -> None:
        self._omit = ContextVar("omit", default=False)

    def __getattr__(self, name: str) -> Any:
        return getattr(copy, name)

    def deepcopy(self, value: Any) -> Any:
        return value if self._omit.get() else copy.deepcopy(value)

    @contextmanager
    def omitted(self) -> Generator[None]:
        """Within it, a deep copy is the original."""
        token = self._omit.set(True)
        try:
            yield
        finally:
            self._omit.reset(token)


class _KeptCode:
    """The functions' code on disk: hashed once, and removed only after the state on disk does not name it any more."""

    def __init__(self, service: Any) -> None:
        self._service = service
        self._write, self._prune = service._write_code_blob, service._prune_orphan_code_blobs
        self._digests: dict[int, tuple[bytes, str]] = {}
        self._referenced: set[str] = set()
        service._write_code_blob = self._write_once
        service._prune_orphan_code_blobs = self._note_referenced

    def remove_unused(self) -> None:
        self._prune(self._referenced)
        self._digests = {key: kept for key, kept in self._digests.items() if kept[1] in self._referenced}

    def _note_referenced(self, referenced: set[str]) -> None:
        self._referenced = referenced

    def _write_once(self, code: bytes) -> str:
        kept = self._digests.get(id(code))
        if kept is None or kept[0] is not code:
            kept = self._digests[id(code)] = (code, self._write(code))
        return kept[1]


def _noting(get_module: Callable[[str], Any]) -> Callable[[str], Any]:
    def noted(name: str) -> Any:
        touched = _touched.get()
        if touched is not None:
            touched.add(name)
        return get_module(name)

    return noted


def _reached(touched: set[str]) -> set[str]:
    return touched.union(*(DELIVERS_INTO.get(module, set()) for module in touched))


def _may_change(scope: dict[str, Any]) -> bool:
    if scope["method"] in {"GET", "HEAD", "OPTIONS"} or any(part in scope["path"] for part in RUNS_HANDLERS):
        return False
    return not _target(scope).rpartition(".")[2].startswith(READS)


def _target(scope: dict[str, Any]) -> str:
    """The service and action that a request names in its header; REST requests and queries name none."""
    return next((value for name, value in scope["headers"] if name == b"x-amz-target"), b"").decode()
