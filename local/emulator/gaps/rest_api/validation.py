"""A REST API validates bodies by content type and says what is wrong.

AWS documentation, API Gateway developer guide: "Request validation for REST APIs in API Gateway" (a model applies to
its content type, `$default` to every other; without either there is no validation), "Gateway response types"
(BAD_REQUEST_BODY, REQUEST_TOO_LARGE), "Variables for data models, authorizers, mapping templates, and CloudWatch access
logging" ($context.error.validationErrorString), "Quotas for configuring and running a REST API" (10 MB payload).

MiniStack applies the application/json model to every content type, ignores `$default`, leaves
$context.error.validationErrorString unfilled and takes payloads of any size. A release that does these makes this
module unnecessary.
"""

import json
import re
from typing import Any

from local.emulator.gaps.rest_api.schema_messages import messages
from local.emulator.gaps.settings import GapSettings
from local.emulator.ministack import load
from local.emulator.pinned import Wrapped

WRAPPED = (
    Wrapped("services.apigateway_v1", "_check_request_validation", "9605a07a083f3c7c"),
    Wrapped("services.apigateway_v1", "_gateway_error_response", "c0a3f091df36886a"),
    Wrapped("services.apigateway_v1", "_model_schema", "02fcfcaac7b38181"),
    Wrapped("services.apigateway_v1", "_gw_error", "e4ae22a4fb6c45d9"),
)
PAYLOAD_LIMIT = 10 * 1024 * 1024
JSON = "application/json"
UNPARSABLE = b"{"
ERROR_STRING = re.compile(rb"\$(?:\{context\.error\.validationErrorString\}|context\.error\.validationErrorString)")


def close(_: GapSettings) -> None:
    """Choose the model as AWS does, and fill in what was wrong."""
    api = load("services.apigateway_v1")
    check, respond = api._check_request_validation, api._gateway_error_response

    def checked(method: dict[str, Any], api_id: str, request: dict[str, Any], *received: Any) -> Any:
        headers, body, query = received
        if len(body or b"") > PAYLOAD_LIMIT:
            return api._gw_error("REQUEST_TOO_LARGE", f"HTTP content length exceeded {PAYLOAD_LIMIT} bytes.")
        models = method.get("requestModels") or {}
        content_type = (api._header_ci(headers, "content-type") or JSON).split(";", 1)[0].strip()
        model = models.get(content_type) or models.get("$default")
        # The wrapped function falls back to the application/json model, so the chosen one is put there.
        chosen = {**method, "requestModels": {JSON: model} if model else {}}
        try:
            error = check(chosen, api_id, request, headers, body, query)
        except RecursionError:
            # Nested deeper than Python's parser goes: refused like a body that can't be parsed.
            error = check(chosen, api_id, request, headers, UNPARSABLE, query)
        if error is not None and error.response_type == "BAD_REQUEST_BODY":
            error.validation = _problems(api._model_schema(api_id, model), body)
        return error

    def responded(error: Any, request: dict[str, Any]) -> tuple[int, dict[str, str], bytes]:
        status, headers, body = respond(error, request)
        # Half a surrogate pair, which JSON's escapes can say, has no bytes in UTF-8.
        text = json.dumps(getattr(error, "validation", ""), ensure_ascii=False)[1:-1].encode(errors="replace")
        return status, headers, ERROR_STRING.sub(lambda _: text, body)

    api._check_request_validation, api._gateway_error_response = checked, responded


def _problems(schema: Any, body: bytes | None) -> str:
    """The value of $context.error.validationErrorString."""
    try:
        document = json.loads(body or b"")
    except (ValueError, RecursionError):
        return "[Unknown error parsing request body]"
    return f"[{', '.join(messages(schema, document))}]"
