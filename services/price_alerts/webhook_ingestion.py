"""POST /webhook and /webhook/{exchange}: verifies and normalises exchanges' prices and queues them for evaluation."""

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from services.common.aws_clients import kms_client, sqs_client
from services.common.ciphertext import Ciphertext, ciphertext_context
from services.common.environment import read_environment
from services.common.exchange_credentials import Credentials, CredentialStore
from services.common.http import HttpRequest, read_request, respond
from services.common.invalid_input import InvalidInputError
from services.common.json_body import parse_object
from services.common.secret_parameter import SecretUnavailableError
from services.common.signature import SIGNATURE_HEADER, TIMESTAMP_HEADER, SignatureRefusedError, verify
from services.common.telemetry import logger, metrics, tracer
from services.common.timestamp import Clock, utc_now
from services.price_alerts.domain.price_update import PriceUpdate
from services.price_alerts.domain.tick import Tick, bound_future
from services.price_alerts.domain.webhook import EXCHANGES, generic_ticks
from services.price_alerts.price_queue import PriceQueue

# Two calls of two attempts of at most 7 s each end before API Gateway's 29 s.
ATTEMPTS = 2
RETRY_AFTER_SECONDS = "5"
# Ten times the largest that an exchange publishes.
MAX_BODY_BYTES = 65_536


@dataclass(frozen=True)
class IngestionEnvironment:
    """What the function reads from its environment."""

    environment: str
    system: str
    price_updates_queue_url: str
    exchange_credentials_ciphertext: str


class TooLargeError(Exception):
    """A body that no exchange's ticker has."""


class NotQueuedError(Exception):
    """Prices of which the queue did not confirm all."""


@dataclass(frozen=True)
class WebhookIngestion:
    """Answers webhooks."""

    store: CredentialStore
    queue: PriceQueue
    clock: Clock

    def answer(self, event: Mapping[str, Any]) -> dict[str, Any]:
        """The proxy response to a proxy event: 202, 400, 401, 413, or 503 where the sender must send it again."""
        request = read_request(event).of_a_stranger()
        logger.set_correlation_id(request.correlation_id)
        exchange = _exchange_of(event)
        try:
            raw, credentials = self._authenticate(request, exchange)
            request = read_request(event)
            logger.set_correlation_id(request.correlation_id)
            return self._accept(request, self._ticks(request, raw, credentials, exchange))
        except SignatureRefusedError as refusal:
            return _refuse(request, HTTPStatus.UNAUTHORIZED, refusal.message, refusal.header)
        except InvalidInputError as refusal:
            return _refuse(request, HTTPStatus.BAD_REQUEST, refusal.message, refusal.field)
        except TooLargeError as refusal:
            return _refuse(request, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, str(refusal), "body")
        except (SecretUnavailableError, NotQueuedError):
            # What is wrong has been logged where it showed.
            return _refuse(request, HTTPStatus.SERVICE_UNAVAILABLE, "not accepted; send the same webhook again", None)

    def _authenticate(self, request: HttpRequest, exchange: str | None) -> tuple[bytes, Credentials]:
        """The raw body, which the route's exchange has signed, or on the generic route any; and the credentials."""
        raw = request.body()
        if len(raw) > MAX_BODY_BYTES:
            raise TooLargeError(f"body is {len(raw)} bytes; allowed are {MAX_BODY_BYTES}")
        credentials = self.store.credentials()
        secrets = credentials.webhook_secrets(exchange) if exchange else credentials.all_webhook_secrets()
        self._verify(request, raw, secrets)
        return raw, credentials

    def _ticks(self, request: HttpRequest, raw: bytes, credentials: Credentials, exchange: str | None) -> list[Tick]:
        """The prices in a webhook: of its route's exchange, or in the generic form of the one that signed it."""
        signed_at = datetime.fromtimestamp(int(request.header(TIMESTAMP_HEADER) or 0), UTC)
        body = parse_object(raw)
        if exchange:
            ticks = EXCHANGES[exchange](body, signed_at)
        else:
            ticks = generic_ticks(body, signed_at)
            # An exchange must not speak for another.
            self._verify(request, raw, credentials.webhook_secrets(ticks[0].exchange))
        now = self.clock()
        return [bound_future(tick, now) for tick in ticks]

    def _verify(self, request: HttpRequest, raw: bytes, secrets: Iterable[bytes]) -> None:
        verify(request.header(TIMESTAMP_HEADER), request.header(SIGNATURE_HEADER), raw, secrets, self.clock())

    def _accept(self, request: HttpRequest, ticks: list[Tick]) -> dict[str, Any]:
        received_at = self.clock()
        updates = [PriceUpdate(tick, received_at, request.correlation_id) for tick in ticks]
        # A part that was queued is queued again when the webhook is sent again: evaluation is idempotent.
        if self.queue.send(updates):
            raise NotQueuedError
        metrics.add_metric("PricesAccepted", MetricUnit.Count, len(ticks))
        body = {"accepted": len(ticks), "correlation_id": request.correlation_id}
        return _answered(request, HTTPStatus.ACCEPTED, body)


def _exchange_of(event: Mapping[str, Any]) -> str | None:
    """The exchange whose route was called, None for the generic one."""
    last = str(event["resource"]).rpartition("/")[2]
    return last if last in EXCHANGES else None


def _refuse(request: HttpRequest, status: HTTPStatus, message: str, field: str | None) -> dict[str, Any]:
    body = {"message": message, "correlation_id": request.correlation_id} | ({"field": field} if field else {})
    return _answered(request, status, body)


def _answered(request: HttpRequest, status: HTTPStatus, body: Mapping[str, object]) -> dict[str, Any]:
    logger.info("webhook answered", extra={"status": status.value, "field": body.get("field")})
    metrics.add_metric(f"WebhooksAnswered{status.value}", MetricUnit.Count, 1)
    retry = {"Retry-After": RETRY_AFTER_SECONDS} if status == HTTPStatus.SERVICE_UNAVAILABLE else None
    return respond(status, body, request.correlation_id, retry)


def compose(variables: Mapping[str, str]) -> WebhookIngestion:
    """The ingestion on AWS, from its environment variables."""
    environment = read_environment(IngestionEnvironment, variables)
    context = ciphertext_context(environment.environment, environment.system, "exchange-credentials")
    ciphertext = Ciphertext(kms_client(ATTEMPTS), environment.exchange_credentials_ciphertext, context)
    queue = PriceQueue(sqs_client(ATTEMPTS), environment.price_updates_queue_url)
    return WebhookIngestion(CredentialStore(ciphertext), queue, utc_now)


ingestion = compose(os.environ)


@logger.inject_lambda_context(clear_state=True)
@tracer.capture_lambda_handler(capture_response=False)
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Lambda's entry point, for API Gateway's proxy events."""
    return ingestion.answer(event)
