"""What a letter says: its body, with all that is packed into it unpacked, so that it can be read and masked."""

import base64
import binascii
import gzip
import zlib
from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, cast

import msgspec

# JSON's own types, with numbers to the digit.
Content = Any

_JSON = msgspec.json.Decoder(float_hook=Decimal)

# A letter says what it has to say long before; a stranger's may be nested until the interpreter gives up.
MOST_LEVELS = 100
TOO_DEEP = f"nested more than {MOST_LEVELS} levels"

CORRELATION_NAMES = ("correlation_id", "correlationid", "x-correlation-id")


def contents(body: str) -> Content:
    """The body as JSON, JSON within it as well, base64 and gzip where a known envelope says so; else its text.

    What is nested deeper than MOST_LEVELS is replaced by TOO_DEEP.
    """
    return _unpacked(body, 0)


def correlation_id(content: Content) -> str:
    """The first correlation id that stands anywhere in it; empty where there is none."""
    return next((found for name, found in _texts(content) if name.lower() in CORRELATION_NAMES), "")


def _unpacked(content: Content, levels: int) -> Content:
    if isinstance(content, str):
        parsed = _parsed(content)
        return content if parsed is None else _unpacked(parsed, levels)
    if isinstance(content, list | dict) and levels == MOST_LEVELS:
        return TOO_DEEP
    if isinstance(content, list):
        return [_unpacked(part, levels + 1) for part in cast(list[Content], content)]
    if isinstance(content, dict):
        named = _opened(cast(dict[str, Content], content))
        return {name: _unpacked(part, levels + 1) for name, part in named.items()}
    return content


def _parsed(text: str) -> Content:
    """The object or list that the text writes; None where it is other text."""
    if not text.lstrip().startswith(("{", "[")):
        return None
    try:
        return _JSON.decode(text)
    except (msgspec.DecodeError, InvalidOperation, RecursionError):
        return None


def _opened(content: dict[str, Content]) -> Mapping[str, Content]:
    """An API's request with its body as text, and CloudWatch's log events as JSON."""
    try:
        if content.get("isBase64Encoded") is True and isinstance(content.get("body"), str):
            return content | {
                "body": base64.b64decode(content["body"], validate=True).decode(),
                "isBase64Encoded": False,
            }
        if set(content) == {"data"} and isinstance(content["data"], str):
            return {"data": gzip.decompress(base64.b64decode(content["data"], validate=True)).decode()}
    except (binascii.Error, ValueError, OSError, EOFError, zlib.error):
        return content
    return content


def _texts(content: Content) -> Iterator[tuple[str, str]]:
    """Every text under a name, outermost first."""
    if isinstance(content, dict):
        named = cast(dict[str, Content], content)
        yield from ((name, part) for name, part in named.items() if isinstance(part, str))
        for part in named.values():
            yield from _texts(part)
    elif isinstance(content, list):
        for part in cast(list[Content], content):
            yield from _texts(part)
