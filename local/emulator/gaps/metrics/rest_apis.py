"""API Gateway publishes a REST API's requests, errors and latency.

AWS documentation, API Gateway developer guide: "Amazon API Gateway dimensions and metrics" (Count, 4XXError, 5XXError,
Latency; by ApiName, and by ApiName and Stage).

MiniStack publishes nothing. A release that does makes this unnecessary. Not supplied: metrics by method,
IntegrationLatency, cache metrics.
"""

import time
from typing import Any

from local.emulator.gaps.metrics.store import STORE
from local.emulator.gaps.settings import GapSettings
from local.emulator.ministack import load
from local.emulator.pinned import Wrapped

WRAPPED = (Wrapped("services.apigateway_v1", "_handle_execute_in_scope", "60ed5805557fdae6"),)

CLIENT_ERRORS = range(400, 500)
SERVER_ERRORS = range(500, 600)


def close(_: GapSettings) -> None:
    """Look at every answer of a stage."""
    service = load("services.apigateway_v1")
    handle = service._handle_execute_in_scope

    async def handled(api_id: str, stage: str, *arguments: Any) -> Any:
        began = time.perf_counter()
        answer = await handle(api_id, stage, *arguments)
        api = service._rest_apis.get(api_id)
        if api and stage in service._stages_v1.get(api_id, {}):
            _publish(api["name"], stage, answer[0], round((time.perf_counter() - began) * 1000))
        return answer

    service._handle_execute_in_scope = handled


def _publish(api: str, stage: str, status: int, latency_ms: int) -> None:
    by_api = (("ApiName", api),)
    for dimensions in (by_api, (*by_api, ("Stage", stage))):
        STORE.note("AWS/ApiGateway", "Count", 1, "Count", dimensions)
        STORE.note("AWS/ApiGateway", "4XXError", int(status in CLIENT_ERRORS), "Count", dimensions)
        STORE.note("AWS/ApiGateway", "5XXError", int(status in SERVER_ERRORS), "Count", dimensions)
        STORE.note("AWS/ApiGateway", "Latency", latency_ms, "Milliseconds", dimensions)
