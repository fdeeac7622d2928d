"""POST /webhook, after its 202: verifies, validates and stores a price; what it returns tells the success topic."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from services.common.aws_clients import dynamodb_client, kms_client
from services.common.ciphertext import Ciphertext, ciphertext_context
from services.common.environment import read_environment
from services.common.exchange_credentials import CredentialStore
from services.common.http import HttpRequest, read_request
from services.common.invalid_input import InvalidInputError
from services.common.json_body import parse_object
from services.common.signature import SIGNATURE_HEADER, TIMESTAMP_HEADER, SignatureRefusedError, verify
from services.common.telemetry import logger, metrics, tracer
from services.common.timestamp import Clock, utc_now
from services.price_enrichment.domain.price import Price, bound_future, parse_price
from services.price_enrichment.domain.price_update import Status, price_update, refusal
from services.price_enrichment.exchange_endpoints import ExchangeEndpoints
from services.price_enrichment.price_table import PriceTable, Receipt

ATTEMPTS = 3
# Ten times the largest that an exchange publishes; Lambda's record of it stays below the 262,144 bytes that SNS takes.
MAX_BODY_BYTES = 65_536

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class ProcessorEnvironment:
    """What the function reads from its environment."""

    environment: str
    system: str
    crypto_prices_table: str
    webhook_credentials_ciphertext: str
    exchange_endpoints_ciphertext: str


@dataclass(frozen=True)
class WebhookProcessor:
    """Takes webhooks that API Gateway has answered already."""

    credentials: CredentialStore
    endpoints: ExchangeEndpoints
    table: PriceTable
    clock: Clock

    def process(self, event: Mapping[str, Any]) -> dict[str, str]:
        """What became of the webhook.

        Who is not authentic is refused once and for all. What an exchange has signed must not be lost: where it can't
        be stored an error is raised, so that Lambda tries again and then sends it to the failure queue.
        """
        request = read_request(event)
        logger.set_correlation_id(request.correlation_id)
        requested_at = _EPOCH + timedelta(milliseconds=int(event["requestContext"]["requestTimeEpoch"]))
        try:
            price = self._authentic_price(request, requested_at)
        except SignatureRefusedError as refused:
            metrics.add_metric("WebhooksRefused", MetricUnit.Count, 1)
            logger.error("webhook refused", extra={"reason": refused.message, "header": refused.header})
            return refusal(refused.message, request.correlation_id)
        except InvalidInputError as invalid:
            metrics.add_metric("WebhooksInvalid", MetricUnit.Count, 1)
            logger.error("webhook not accepted", extra={"reason": invalid.message, "field": invalid.field})
            raise
        return self._store(price, request)

    def _authentic_price(self, request: HttpRequest, requested_at: datetime) -> Price:
        """The price in a webhook that its exchange signed; how long Lambda kept it makes the signature no older."""
        raw = request.body()
        signed_at = request.header(TIMESTAMP_HEADER)
        given = (signed_at, request.header(SIGNATURE_HEADER), raw)
        credentials = self.credentials.credentials()
        verify(*given, credentials.all_webhook_secrets(), requested_at)
        if len(raw) > MAX_BODY_BYTES:
            raise InvalidInputError("body", f"body is {len(raw)} bytes; allowed are {MAX_BODY_BYTES}")
        price = parse_price(parse_object(raw), datetime.fromtimestamp(int(signed_at or 0), UTC))
        # An exchange must not speak for another.
        verify(*given, credentials.webhook_secrets(price.exchange), requested_at)
        if price.exchange not in self.endpoints.exchanges():
            raise InvalidInputError(
                "exchange", f"exchange '{price.exchange}' has no endpoint; add one to the secret exchange-endpoints"
            )
        return bound_future(price, requested_at)

    def _store(self, price: Price, request: HttpRequest) -> dict[str, str]:
        receipt = Receipt(self.clock(), request.request_id, request.correlation_id)
        status = Status.STORED if self.table.store(price, receipt) else Status.DUPLICATE
        metrics.add_metric(f"Prices{status.capitalize()}", MetricUnit.Count, 1)
        logger.info("webhook processed", extra={"status": status.value, "message_id": price.message_id})
        return price_update(price, status, request.correlation_id)


def compose(variables: Mapping[str, str]) -> WebhookProcessor:
    """The processor on AWS, from its environment variables."""
    environment = read_environment(ProcessorEnvironment, variables)
    kms = kms_client(ATTEMPTS)

    def ciphertext(name: str, blob: str) -> Ciphertext:
        return Ciphertext(kms, blob, ciphertext_context(environment.environment, environment.system, name))

    return WebhookProcessor(
        CredentialStore(ciphertext("webhook-credentials", environment.webhook_credentials_ciphertext)),
        ExchangeEndpoints(ciphertext("exchange-endpoints", environment.exchange_endpoints_ciphertext)),
        PriceTable(dynamodb_client(ATTEMPTS), environment.crypto_prices_table),
        utc_now,
    )


processor = compose(os.environ)


@logger.inject_lambda_context(clear_state=True)
@tracer.capture_lambda_handler(capture_response=False)
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Lambda's entry point, for the events that API Gateway's mapping template makes."""
    return processor.process(event)
