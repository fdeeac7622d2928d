"""JSON bodies whose numbers keep every digit, and their digest."""

from decimal import MAX_EMAX, MAX_PREC, MIN_EMIN, Context, Decimal, InvalidOperation
from hashlib import sha256
from typing import Any, cast

import msgspec

from services.common.invalid_input import InvalidInputError

MAX_DEPTH = 32

_DECODER = msgspec.json.Decoder(dict[str, Any], float_hook=Decimal)
_ENCODER = msgspec.json.Encoder(order="sorted", decimal_format="number")
_EXACT = Context(prec=MAX_PREC, Emax=MAX_EMAX, Emin=MIN_EMIN)


def parse_object(raw: bytes) -> dict[str, Any]:
    """The JSON object in `raw`, integers as int, other numbers as Decimal; of a repeated key the last one counts.

    Raises InvalidInputError for anything but one UTF-8 JSON object nested at most 32 levels deep.
    """
    try:
        value = _DECODER.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, InvalidOperation) as error:
        raise InvalidInputError("body", f"body is not a JSON object: {_reason(error)}") from error
    except RecursionError as error:
        raise _too_deep() from error
    _bound_depth(value)
    return value


def json_text(value: object) -> str:
    """JSON text with sorted keys, no white space, Decimals as numbers with their digits, fit for an SQS message."""
    # SQS allows neither of these two, and in JSON they only ever occur within strings.
    return _ENCODER.encode(value).decode().replace("\ufffe", "\\ufffe").replace("\uffff", "\\uffff")


def digest(value: object) -> str:
    """SHA-256, in hex, of what a JSON value means, blind to key order, white space, escapes and writing of numbers.

    10, 10.0 and 1e1 are one number; "10" is a string and another value.
    """
    return sha256(_ENCODER.encode(_by_value(value))).hexdigest()


def _by_value(value: object) -> object:
    if isinstance(value, dict):
        return {key: _by_value(child) for key, child in cast("dict[str, object]", value).items()}
    if isinstance(value, list):
        return [_by_value(child) for child in cast("list[object]", value)]
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return _EXACT.normalize(Decimal(value)) if value else Decimal(0)
    return value


def _bound_depth(value: object) -> None:
    level = [value]
    for _ in range(MAX_DEPTH):
        level = [child for parent in level for child in _children(parent) if isinstance(child, dict | list)]
        if not level:
            return
    raise _too_deep()


def _children(value: object) -> list[object]:
    if isinstance(value, dict):
        return list(cast("dict[str, object]", value).values())
    return cast("list[object]", value) if isinstance(value, list) else []


def _too_deep() -> InvalidInputError:
    return InvalidInputError("body", f"body is nested too deep; allowed are {MAX_DEPTH} levels")


def _reason(error: Exception) -> str:
    return "a number is out of range" if isinstance(error, InvalidOperation) else str(error)
