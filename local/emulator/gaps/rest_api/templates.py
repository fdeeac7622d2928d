"""Mapping templates in Velocity's language, with API Gateway's variables.

AWS documentation, API Gateway developer guide: "Variables for data transformations for API Gateway" ($input, $context,
$stageVariables, $util; the single quotes that escapeJavaScript escapes are not valid in JSON), "Amazon API Gateway
important notes" (names of headers are case-sensitive).

MiniStack has a subset, without #if, #foreach and most of $util; the language itself is airspeed's here. A release that
renders them as AWS makes this unnecessary. Not supplied: JSONPath beyond names and indices.
"""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any
from urllib.parse import quote_plus, unquote_plus

from local.emulator.ministack import load
from local.emulator.pinned import Wrapped

WRAPPED = (Wrapped("services.apigateway_v1", "_vtl_json_path", "3247991a81ccbc51"),)


def _equals_ignoring_case(text: str, other: object) -> bool:
    return text.lower() == str(other).lower()


# What airspeed leaves out of Java's strings.
STRING_METHODS = {
    "toLowerCase": str.lower,
    "toUpperCase": str.upper,
    "trim": str.strip,
    "equalsIgnoreCase": _equals_ignoring_case,
}
ESCAPES = str.maketrans({
    "\\": "\\\\", '"': '\\"', "'": "\\'", "/": "\\/", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t",
})  # fmt: skip
PRINTABLE = range(32, 127)


@dataclass(frozen=True)
class Message:
    """What a template looks at: a request, or what an integration answered; header names as they came."""

    body: str
    path: Mapping[str, str] = field(default_factory=dict[str, str])
    query: Mapping[str, str] = field(default_factory=dict[str, str])
    headers: Mapping[str, str] = field(default_factory=dict[str, str])


def render(template: str, message: Message, context: Mapping[str, Any], variables: Mapping[str, str]) -> str:
    """The text that the template makes; what is not there is empty."""
    names = {"input": _Input(message), "context": context, "stageVariables": variables, "util": _Util()}
    return str(_compiled(template).merge(names))


@lru_cache(maxsize=256)
def _compiled(template: str) -> Any:
    operators = load("operators", package="airspeed")
    operators.__additional_methods__[str] |= STRING_METHODS
    return operators.Template(template)


class _Input:
    """$input."""

    def __init__(self, message: Message) -> None:
        self._message = message
        self.body = message.body

    def params(self, name: str | None = None) -> Any:
        message = self._message
        if name is None:
            return {"path": message.path, "querystring": message.query, "header": message.headers}
        return next((part[name] for part in (message.path, message.query, message.headers) if name in part), "")

    def path(self, path: str) -> Any:
        return load("services.apigateway_v1")._vtl_json_path(self.body, path)

    def json(self, path: str) -> str:
        found = self.path(path)
        return found if found == "" else json.dumps(found, separators=(",", ":"), ensure_ascii=False)


class _Util:
    """$util."""

    def base64Encode(self, text: object) -> str:  # noqa: N802 - AWS's name
        return base64.b64encode(_text(text).encode()).decode()

    def base64Decode(self, text: object) -> str:  # noqa: N802 - AWS's name
        return base64.b64decode(_text(text)).decode()

    def escapeJavaScript(self, text: object) -> str:  # noqa: N802 - AWS's name
        escaped = _text(text).translate(ESCAPES)
        return "".join(sign if ord(sign) in PRINTABLE else _unicode_escapes(sign) for sign in escaped)

    def urlEncode(self, text: object) -> str:  # noqa: N802 - AWS's name
        return quote_plus(_text(text), safe="*").replace("~", "%7E")

    def urlDecode(self, text: object) -> str:  # noqa: N802 - AWS's name
        return unquote_plus(_text(text))

    def parseJson(self, text: object) -> Any:  # noqa: N802 - AWS's name
        return json.loads(_text(text))


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _unicode_escapes(sign: str) -> str:
    units = sign.encode("utf-16-be").hex()
    return "".join(f"\\u{units[start : start + 4].upper()}" for start in range(0, len(units), 4))
