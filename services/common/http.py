"""Requests and responses of API Gateway's Lambda proxy integration (REST, payload 1.0)."""

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from services.common.invalid_input import InvalidInputError
from services.common.json_body import json_text

CORRELATION_HEADER = "X-Correlation-Id"
_CORRELATION_ID = re.compile(r"[A-Za-z0-9._:/+=@-]{1,128}")


@dataclass(frozen=True)
class HttpRequest:
    """A request: header values by lower-case name (several are joined by commas), and API Gateway's id of it."""

    headers: Mapping[str, str]
    request_id: str
    event: Mapping[str, Any]

    def header(self, name: str) -> str | None:
        """A header's value, whatever the case of its name."""
        return self.headers.get(name.lower())

    @property
    def correlation_id(self) -> str:
        """The sender's correlation id when it is 1 to 128 plain ASCII characters, else the request's id."""
        given = self.header(CORRELATION_HEADER) or ""
        return given if _CORRELATION_ID.fullmatch(given) else self.request_id

    def of_a_stranger(self) -> "HttpRequest":
        """The same under API Gateway's id of it alone: alarms look for words in logs, and anybody can choose a name."""
        headers = {name: value for name, value in self.headers.items() if name != CORRELATION_HEADER.lower()}
        return replace(self, headers=headers)

    def body(self) -> bytes:
        """The raw body, empty when there is none; InvalidInputError for base64 that isn't."""
        text: str = self.event.get("body") or ""
        if not self.event.get("isBase64Encoded"):
            return text.encode(errors="surrogatepass")
        try:
            return base64.b64decode(text, validate=True)
        except (binascii.Error, ValueError) as error:
            raise InvalidInputError("body", "body is not valid base64") from error


def read_request(event: Mapping[str, Any]) -> HttpRequest:
    """The request in a proxy event, whose header maps may be null."""
    single: Mapping[str, str | None] = event.get("headers") or {}
    multiple: Mapping[str, list[str] | None] = event.get("multiValueHeaders") or {}
    headers = {name.lower(): value for name, value in single.items() if value is not None}
    headers |= {name.lower(): ",".join(values) for name, values in multiple.items() if values}
    return HttpRequest(headers, str(event["requestContext"]["requestId"]), event)


def respond(
    status: int, body: Mapping[str, object], correlation_id: str, headers: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """A proxy response with a JSON body and the correlation id in a header."""
    return {
        "statusCode": int(status),
        "headers": {"Content-Type": "application/json", CORRELATION_HEADER: correlation_id, **(headers or {})},
        "body": json_text(body),
        "isBase64Encoded": False,
    }
