"""POST /webhook: verifies, validates and stores a payment provider's event; the stored item is what gets published."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext
from botocore.exceptions import BotoCoreError, ClientError

from services.common.aws_clients import dynamodb_client, ssm_client
from services.common.environment import read_environment
from services.common.http import HttpRequest, read_request, respond
from services.common.invalid_input import InvalidInputError
from services.common.json_body import parse_object
from services.common.secret_parameter import SecretParameter, SecretUnavailableError, fetch_parameter
from services.common.signature import (
    SIGNATURE_HEADER,
    TIMESTAMP_HEADER,
    NoSignatureMatchesError,
    SignatureRefusedError,
    verify,
)
from services.common.telemetry import logger, metrics, tracer
from services.common.timestamp import Clock, utc_now
from services.transactions.domain.event import TooLargeError, bound_body, event_text
from services.transactions.domain.transaction import Transaction, parse_transaction
from services.transactions.intake_table import IntakeTable, Receipt

# Two calls of two attempts of at most 7 s each end before API Gateway's 29 s.
ATTEMPTS = 2
RETRY_AFTER_SECONDS = "5"


@dataclass(frozen=True)
class ValidatorEnvironment:
    """What the function reads from its environment."""

    transaction_events_table: str
    webhook_secrets_parameter: str


class ConflictError(Exception):
    """The event id is known with another body."""


@dataclass(frozen=True)
class WebhookValidator:
    """Answers webhooks."""

    secrets: SecretParameter
    table: IntakeTable
    clock: Clock

    def answer(self, event: Mapping[str, Any]) -> dict[str, Any]:
        """The proxy response to a proxy event: 202, 200, 400, 401, 409, 413, or 503 where nothing was accepted."""
        request = read_request(event).of_a_stranger()
        logger.set_correlation_id(request.correlation_id)
        try:
            raw = request.body()
            bound_body(raw)
            self._authenticate(request, raw)
            request = read_request(event)
            logger.set_correlation_id(request.correlation_id)
            transaction = parse_transaction(parse_object(raw))
            return self._accept(request, transaction)
        except SignatureRefusedError as refusal:
            return _refuse(request, HTTPStatus.UNAUTHORIZED, refusal.message, refusal.header)
        except InvalidInputError as refusal:
            return _refuse(request, HTTPStatus.BAD_REQUEST, refusal.message, refusal.field)
        except ConflictError as refusal:
            return _refuse(request, HTTPStatus.CONFLICT, str(refusal), "event_id")
        except TooLargeError as refusal:
            return _refuse(request, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, str(refusal), "body")
        except (SecretUnavailableError, ClientError, BotoCoreError) as failure:
            logger.exception("webhook not accepted", extra={"reason": type(failure).__name__})
            return _refuse(
                request, HTTPStatus.SERVICE_UNAVAILABLE, "nothing was stored; send the same event again", None
            )

    def _authenticate(self, request: HttpRequest, raw: bytes) -> None:
        given = (request.header(TIMESTAMP_HEADER), request.header(SIGNATURE_HEADER), raw)
        try:
            verify(*given, self.secrets.current(), self.clock())
        except NoSignatureMatchesError:
            # The secret may have been rotated since it was read.
            verify(*given, self.secrets.refreshed(), self.clock())

    def _accept(self, request: HttpRequest, transaction: Transaction) -> dict[str, Any]:
        received_at = self.clock()
        text = event_text(transaction, received_at, request.correlation_id)
        receipt = Receipt(received_at, request.request_id, request.correlation_id, text)
        earlier = self.table.store(transaction, receipt)
        # The same request's own put counts as the first: its reply was lost and the SDK tried again.
        duplicate = earlier is not None and earlier.request_id != request.request_id
        if earlier and earlier.digest != transaction.digest:
            raise ConflictError(
                f"event_id '{transaction.event_id}' was accepted before with another body; use a new event_id"
            )
        body = {"event_id": transaction.event_id, "duplicate": duplicate, "correlation_id": request.correlation_id}
        return _answered(request, HTTPStatus.OK if duplicate else HTTPStatus.ACCEPTED, body)


def _refuse(request: HttpRequest, status: HTTPStatus, message: str, field: str | None) -> dict[str, Any]:
    body = {"message": message, "correlation_id": request.correlation_id} | ({"field": field} if field else {})
    return _answered(request, status, body)


def _answered(request: HttpRequest, status: HTTPStatus, body: Mapping[str, object]) -> dict[str, Any]:
    logger.info(
        "webhook answered", extra={"status": status.value, "event_id": body.get("event_id"), "field": body.get("field")}
    )
    metrics.add_metric(f"WebhooksAnswered{status.value}", MetricUnit.Count, 1)
    retry = {"Retry-After": RETRY_AFTER_SECONDS} if status == HTTPStatus.SERVICE_UNAVAILABLE else None
    return respond(status, body, request.correlation_id, retry)


def compose(variables: Mapping[str, str]) -> WebhookValidator:
    """The validator on AWS, from its environment variables."""
    environment = read_environment(ValidatorEnvironment, variables)
    fetch = partial(fetch_parameter, ssm_client(ATTEMPTS), environment.webhook_secrets_parameter)
    table = IntakeTable(dynamodb_client(ATTEMPTS), environment.transaction_events_table)
    return WebhookValidator(SecretParameter(fetch, utc_now), table, utc_now)


validator = compose(os.environ)


@logger.inject_lambda_context(clear_state=True)
@tracer.capture_lambda_handler(capture_response=False)
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Lambda's entry point, for API Gateway's proxy events."""
    return validator.answer(event)
