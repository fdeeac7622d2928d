"""The Lambda non-proxy integration of a REST API: its request and answer are mapped, and it may be asynchronous.

AWS documentation, API Gateway developer guide: "Set up asynchronous invocation of the backend Lambda function" (header
X-Amz-Invocation-Type), "Method request behavior for payloads without mapping templates" (passthrough), "Handle standard
Lambda errors in API Gateway" (a selection pattern is matched against the error's message; what none matches goes to the
default response), "Control access to a REST API with ... Lambda permissions"; Lambda developer guide: "Handling Lambda
errors with an API Gateway API" (what Lambda rejects is a 500), "Lambda quotas" (1 MB for an asynchronous invocation).

MiniStack gives the function its proxy event whatever the template says, always waits for it, answers with its output
alone, and calls functions that gave the API no permission. A release that does these as AWS makes this unnecessary.
Not supplied: response parameters that are not constants.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from local.emulator.gaps.permissions import execution_arn, permits
from local.emulator.gaps.rest_api import templates
from local.emulator.gaps.rest_api.templates import Message, render
from local.emulator.gaps.settings import GapSettings
from local.emulator.ministack import load
from local.emulator.pinned import Wrapped

WRAPPED = (
    Wrapped("services.apigateway_v1", "_invoke_lambda_custom_v1", "79d47dae9d0003dd"),
    Wrapped("services.apigateway_v1", "_call_lambda_raw", "a2df5d6c5b304e00"),
    Wrapped("services.apigateway_v1", "_extract_lambda_ref_from_integration_uri", "d12e9aabed5534e3"),
    Wrapped("services.lambda_svc", "_get_func_record_for_ref_in_scope", "e15d66d84246d2ac"),
    *templates.WRAPPED,
)
JSON = "application/json"
INVOCATION_TYPE = "integration.request.header.x-amz-invocation-type"
CONSTANT = re.compile(r"'(.*)'", re.DOTALL)
LARGEST_EVENT = 1024 * 1024


@dataclass(frozen=True)
class _Call:
    """A request on its way through the integration."""

    api: Any
    integration: Mapping[str, Any]
    function: str
    account: str
    region: str
    source: str
    proxy_event: Mapping[str, Any]
    variables: Mapping[str, str]

    async def answer(self, invoke: Any) -> Any:
        """The answer to the client; `invoke` calls a function and waits for it."""
        service = load("services.lambda_svc")
        record, config, _ = service._get_func_record_for_ref_in_scope(
            self.function, account_id=self.account, region=self.region
        )
        if record is None or not permits(record, "apigateway.amazonaws.com", self.source):
            return self._rejected()
        request = self._request()
        try:
            event = json.loads(request)
        except ValueError:
            return self._rejected()
        if self._invocation_type() == "Event":
            if len(request.encode()) > LARGEST_EVENT:
                return self._rejected()
            service.invoke_async_with_retry(service._execution_record_for_config(record, config), event)
            return self._respond("", "")
        result, problem = await invoke(self.function, event, account_id=self.account, region=self.region)
        if problem or result.get("throttle"):
            return self._rejected()
        output = result.get("body")
        error = str(output.get("errorMessage", "")) if result.get("error") and isinstance(output, dict) else ""
        return self._respond("" if output is None else json.dumps(output, ensure_ascii=False), error)

    def _rejected(self) -> Any:
        return self.api._gw_error("API_CONFIGURATION_ERROR", "Internal server error")

    def _request(self) -> str:
        event = self.proxy_event
        body = event["body"] or ""
        content_type = self.api._header_ci(event["headers"], "content-type") or JSON
        template = (self.integration.get("requestTemplates") or {}).get(content_type.split(";", 1)[0].strip())
        if template is None:
            return body or "{}"
        parts = (event["pathParameters"] or {}, event["queryStringParameters"] or {}, event["headers"])
        return render(template, Message(body, *parts), event["requestContext"], self.variables)

    def _invocation_type(self) -> str | None:
        parameters: Mapping[str, str] = self.integration.get("requestParameters") or {}
        mapped = {name.lower(): value for name, value in parameters.items()}.get(INVOCATION_TYPE, "")
        if constant := CONSTANT.fullmatch(mapped):
            return constant[1]
        header = mapped.removeprefix("method.request.header.")
        return self.api._header_ci(self.proxy_event["headers"], header) if header != mapped else None

    def _respond(self, output: str, error: str) -> Any:
        responses: list[Mapping[str, Any]] = list((self.integration.get("integrationResponses") or {}).values())
        chosen = _chosen(responses, error)
        if chosen is None:
            return self._rejected()
        by_type: Mapping[str, str] = chosen.get("responseTemplates") or {}
        content_type = JSON if JSON in by_type or not by_type else next(iter(by_type))
        if content_type in by_type:
            context = self.proxy_event["requestContext"]
            output = render(by_type[content_type], Message(output), context, self.variables)
        constants = {
            name.removeprefix("method.response.header."): constant[1]
            for name, value in (chosen.get("responseParameters") or {}).items()
            if (constant := CONSTANT.fullmatch(value))
        }
        return int(chosen["statusCode"]), {"Content-Type": content_type, **constants}, output.encode()


def close(_: GapSettings) -> None:
    """Replace the invocation through a non-proxy integration."""
    api = load("services.apigateway_v1")
    # Before the proxy's gap wraps it: that one reads the source from a proxy event.
    invoke = api._call_lambda_raw

    async def invoked(integration: dict[str, Any], *request: Any, **settings: Any) -> Any:
        account, region = settings.pop("owner_account_id"), settings.pop("owner_region")
        event = api._build_lambda_event_v1(*request, **settings)
        api_id, stage_name, stage, resource, _, method, *_ = request
        call = _Call(
            api,
            integration,
            api._extract_lambda_ref_from_integration_uri(integration.get("uri", "")),
            account,
            region,
            execution_arn(region, account, api=api_id, stage=stage_name, method=method + resource["path"]),
            event,
            stage.get("variables") or {},
        )
        return await call.answer(invoke)

    api._invoke_lambda_custom_v1 = invoked


def _chosen(responses: Iterable[Mapping[str, Any]], error: str) -> Mapping[str, Any] | None:
    """The response whose pattern fits the error, else the one without a pattern, whatever the error."""
    default = None
    for response in responses:
        pattern = response.get("selectionPattern")
        if not pattern:
            default = response
        elif error and re.fullmatch(pattern, error):
            return response
    return default
