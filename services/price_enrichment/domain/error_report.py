"""A short report of the errors that functions logged, for people."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any, cast

from services.common.timestamp import utc_text

MOST_EVENTS = 10
LONGEST_LINE = 300
LONGEST_SUBJECT = 100
# What of a JSON log line says what went wrong; its other fields may be long, and are in the log.
TOLD = ("message", "reason", "field", "symbol", "correlation_id")

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class ErrorReport:
    """What to tell of a function's errors; `report_id` is equal in every copy, `subject` short and ASCII."""

    report_id: str
    function: str
    subject: str
    text: str


def error_report(data: Mapping[str, Any]) -> ErrorReport | None:
    """The report on a subscription's decoded data; None for a control message, which tells of no event."""
    if data["messageType"] != "DATA_MESSAGE":
        return None
    events: Sequence[Mapping[str, Any]] = data["logEvents"]
    function = str(data["logGroup"]).rpartition("/")[2]
    headline = f"{len(events)} error{'s' if len(events) > 1 else ''} in {function}"
    lines = [f"{headline}, log stream {data['logStream']}:", *map(_line, events[:MOST_EVENTS])]
    if len(events) > MOST_EVENTS:
        lines.append(f"and {len(events) - MOST_EVENTS} more")
    ids = "\n".join(str(event["id"]) for event in events)
    return ErrorReport(sha256(ids.encode()).hexdigest(), function, headline[:LONGEST_SUBJECT], "\n".join(lines))


def _line(event: Mapping[str, Any]) -> str:
    logged_at = utc_text(_EPOCH + timedelta(milliseconds=int(event["timestamp"])))
    text = " ".join(_told(str(event["message"])).split())
    return f"{logged_at} {text[:LONGEST_LINE]}"


def _told(message: str) -> str:
    """What a JSON line tells of an error, and any other line as it is."""
    try:
        said: object = json.loads(message)
    except ValueError:
        return message
    if not isinstance(said, dict):
        return message
    fields = cast("dict[str, object]", said)
    return ", ".join(f"{name}: {fields[name]}" for name in TOLD if fields.get(name))
