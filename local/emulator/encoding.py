"""A service's state as the JSON that MiniStack reads back.

By orjson, at a small part of the standard library's time and in one step, amid which no thread can change the state.
What orjson refuses, such as bytes or an integer beyond 64 bits, goes through the standard library. The one difference
that is left, a NaN, which orjson writes as null, stands in nothing that is saved.
"""

import json
from collections.abc import Callable
from typing import Any

from local.emulator.ministack import load

Default = Callable[[Any], Any]

_orjson = load("orjson", package="orjson")
# What the standard library refuses to write, orjson must not write either.
_STRICT = _orjson.OPT_PASSTHROUGH_DATACLASS | _orjson.OPT_PASSTHROUGH_DATETIME


def encode(version: int, state: dict[str, Any], default: Default) -> bytes:
    """The file's content for `state` in MiniStack's format `version`; `default` is what `json.dumps` takes.

    Raises TypeError for what neither writes, and RuntimeError when a thread changed the state meanwhile.
    """
    try:
        # Not `default` itself: orjson must not call back into Python, where other threads may change what it reads.
        plain = {name: _plain(store, default) for name, store in state.items()}
        return dumps(_document(version, plain))
    except TypeError:
        return json.dumps(_document(version, state), default=default).encode()


def dumps(value: Any) -> bytes:
    """A part of a state as JSON; raises TypeError for what orjson refuses."""
    return _orjson.dumps(value, option=_STRICT)


def fragment(content: bytes) -> Any:
    """Stands for what is JSON already; `encode` raises TypeError for it where it needs the standard library."""
    return _orjson.Fragment(content)


def _document(version: int, state: dict[str, Any]) -> dict[str, Any]:
    return {"__ministack_format__": version, "payload": state}


def _plain(store: Any, default: Default) -> Any:
    """MiniStack's own kind of dictionary as a usual one; these stand at the top only."""
    try:
        return default(store)
    except TypeError:
        return store
