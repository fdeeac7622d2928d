"""Answers to the requests of the API."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.metrics import MetricUnit

from services.common.http import HttpRequest, respond
from services.common.telemetry import logger, metrics

RETRY_AFTER_SECONDS = "5"


def answered(request: HttpRequest, status: HTTPStatus, body: Mapping[str, object]) -> dict[str, Any]:
    """The proxy response, logged and counted; one that says the service is unavailable says when to come again."""
    logger.info("request answered", extra={"status": status.value, "field": body.get("field")})
    metrics.add_metric(f"RequestsAnswered{status.value}", MetricUnit.Count, 1)
    retry = {"Retry-After": RETRY_AFTER_SECONDS} if status == HTTPStatus.SERVICE_UNAVAILABLE else None
    return respond(status, {**body, "correlation_id": request.correlation_id}, request.correlation_id, retry)


def refused(request: HttpRequest, status: HTTPStatus, message: str, field: str | None = None) -> dict[str, Any]:
    """The proxy response to a request that is not fulfilled, naming the field at fault where there is one."""
    return answered(request, status, {"message": message} | ({"field": field} if field else {}))
