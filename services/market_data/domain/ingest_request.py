"""The body of POST /ingest: an object of the bucket by its key, or ticks themselves."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from services.common.invalid_input import InvalidInputError, shown
from services.market_data.domain.records import Source, read_record
from services.market_data.domain.tick import Tick
from services.market_data.domain.tick_batch import MAX_TICKS
from services.market_data.domain.vendors import GENERIC

REPORTS = "reports/"
MAX_KEY_BYTES = 1_024


@dataclass(frozen=True, slots=True)
class ObjectRequest:
    """An object to ingest; the latest version where none is named."""

    key: str
    version_id: str | None


def parse_ingest_request(body: Mapping[str, Any], latest: int) -> ObjectRequest | list[Tick]:
    """What the body asks for; InvalidInputError names the first member that is missing or wrong.

    `latest` is the last microsecond at which a trade can have been made.
    """
    if ("key" in body) == ("ticks" in body):
        raise InvalidInputError("body", "the body must have either key or ticks")
    if "ticks" in body:
        return _ticks(body["ticks"], latest)
    version_id = body.get("version_id")
    if version_id is not None and (not isinstance(version_id, str) or not version_id):
        raise InvalidInputError("version_id", f"version_id is {shown(version_id)}; allowed is an object version's id")
    return ObjectRequest(_key(body["key"]), version_id)


def _key(value: object) -> str:
    if not isinstance(value, str) or not 1 <= len(value.encode(errors="replace")) <= MAX_KEY_BYTES:
        raise InvalidInputError("key", f"key is {shown(value)}; allowed is a key of 1 to {MAX_KEY_BYTES} bytes")
    if value.startswith(REPORTS):
        raise InvalidInputError("key", f"key is {shown(value)}; what is under {REPORTS} is never ingested")
    return value


def _ticks(value: object, latest: int) -> list[Tick]:
    members = cast("list[Any]", value) if isinstance(value, list) else []
    if not 1 <= len(members) <= MAX_TICKS:
        raise InvalidInputError("ticks", f"ticks must be a list of 1 to {MAX_TICKS} ticks")
    return [_tick(member, f"ticks[{position}]", latest) for position, member in enumerate(members)]


def _tick(member: object, path: str, latest: int) -> Tick:
    if not isinstance(member, dict):
        raise InvalidInputError(path, f"{path} must be an object")
    record = cast("Mapping[str, object]", member)
    if record.get("trade_id") in (None, ""):
        # A request has no lines that would tell two equal trades from one that was sent twice.
        raise InvalidInputError(f"{path}.trade_id", f"{path}.trade_id is missing")
    try:
        return read_record(GENERIC, record, Source("", latest), line=0)
    except InvalidInputError as error:
        raise InvalidInputError(f"{path}.{error.field}", f"{path}.{error.message}") from error
