"""How an asynchronous invocation ended."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

SUCCESS, EXHAUSTED, TOO_OLD = "Success", "RetriesExhausted", "EventAgeExceeded"


@dataclass(frozen=True)
class Outcome:
    """Its condition, and the last result, which is None when the function never ran."""

    condition: str
    request_id: str
    event: Any
    invocations: int
    result: dict[str, Any] | None

    def record(self, config: dict[str, Any]) -> dict[str, Any]:
        """What a destination gets, for the function `config`."""
        version = config.get("Version", "$LATEST")
        return {
            "version": "1.0",
            "timestamp": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S.%f}"[:-3] + "Z",
            "requestContext": {
                "requestId": self.request_id,
                "functionArn": ":".join([*config["FunctionArn"].split(":")[:7], version]),
                "condition": self.condition,
                "approximateInvokeCount": self.invocations,
            },
            "requestPayload": self.event,
            **(self._response(self.result, version) if self.result and not self.result.get("throttle") else {}),
        }

    def attributes(self) -> dict[str, dict[str, str]]:
        """The attributes of the event in a dead-letter queue."""
        body = (self.result or {}).get("body")
        message = str(body.get("errorMessage", "")) if isinstance(body, dict) else ""
        return {
            "RequestID": {"DataType": "String", "StringValue": self.request_id},
            "ErrorCode": {"DataType": "Number", "StringValue": "200"},
            # The first kilobyte alone, and never nothing.
            "ErrorMessage": {"DataType": "String", "StringValue": message[:1024] or self.condition},
        }

    @staticmethod
    def _response(result: dict[str, Any], version: str) -> dict[str, Any]:
        context: dict[str, Any] = {"statusCode": 200, "executedVersion": version}
        if result.get("error"):
            context["functionError"] = result.get("function_error") or "Unhandled"
        return {"responseContext": context, "responsePayload": result.get("body")}
