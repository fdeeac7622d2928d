"""Requests as API Gateway hands them to a function."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import uuid4


def proxy_event(method: str, path: str, body: bytes, headers: Mapping[str, str], at: datetime) -> dict[str, Any]:
    """The proxy event of a request that came in at an instant."""
    return {
        "resource": path,
        "path": path,
        "httpMethod": method,
        "headers": dict(headers),
        "multiValueHeaders": {name: [value] for name, value in headers.items()},
        "queryStringParameters": None,
        "pathParameters": None,
        "requestContext": {
            "requestId": str(uuid4()),
            "requestTimeEpoch": int(at.timestamp() * 1000),
            "httpMethod": method,
            "resourcePath": path,
        },
        "body": body.decode(errors="surrogateescape"),
        "isBase64Encoded": False,
    }
