"""The messages that carry ticks, published as schemas/tick-batch.v1.schema.json."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, cast

from services.common.amount import parse_amount, plain
from services.common.invalid_input import InvalidInputError, shown
from services.common.json_body import json_text
from services.market_data.domain.tick import Tick, parse_symbol

SCHEMA_VERSION = "1"
# About 60 KB of the usual vendors' ticks: SQS charges by 64 KB.
MAX_TICKS = 500

_PLACE = re.compile(r"[0-9]{1,38}")


@dataclass(frozen=True, slots=True)
class TickBatch:
    """A message's text, and the id that equals that of every message with the same ticks."""

    message_id: str
    text: str


def tick_batches(ticks: Sequence[Tick]) -> Iterator[TickBatch]:
    """The ticks in their order, at most 500 a message."""
    for start in range(0, len(ticks), MAX_TICKS):
        members = [
            {"symbol": tick.symbol, "place": str(tick.place), "price": plain(tick.price), "size": plain(tick.size)}
            for tick in ticks[start : start + MAX_TICKS]
        ]
        text = json_text({"schema_version": SCHEMA_VERSION, "ticks": members})
        yield TickBatch(sha256(text.encode()).hexdigest(), text)


def parse_tick_batch(body: Mapping[str, Any]) -> list[Tick]:
    """The ticks of a message; InvalidInputError names the first member that is missing or wrong."""
    if body.get("schema_version") != SCHEMA_VERSION:
        given = shown(body.get("schema_version"))
        raise InvalidInputError("schema_version", f"schema_version is {given}; allowed is '{SCHEMA_VERSION}'")
    ticks = body.get("ticks")
    if not isinstance(ticks, list):
        raise InvalidInputError("ticks", "ticks must be a list")
    return [_tick(tick, f"ticks[{position}]") for position, tick in enumerate(cast("list[Any]", ticks))]


def _tick(value: object, path: str) -> Tick:
    if not isinstance(value, dict):
        raise InvalidInputError(path, f"{path} must be an object")
    tick = cast("Mapping[str, object]", value)
    return Tick(
        parse_symbol(tick.get("symbol"), f"{path}.symbol"),
        _place(tick.get("place"), f"{path}.place"),
        parse_amount(tick.get("price"), f"{path}.price"),
        parse_amount(tick.get("size"), f"{path}.size"),
    )


def _place(value: object, field: str) -> int:
    if isinstance(value, str) and _PLACE.fullmatch(value):
        return int(value)
    raise InvalidInputError(field, f"{field} is {shown(value)}; allowed is a string of 1 to 38 digits")
