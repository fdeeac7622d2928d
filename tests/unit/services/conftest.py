"""Loads the handlers as Lambda does, with their environment in place, and leaves the environment as it was."""

import io
import os
from collections.abc import Iterator
from unittest import mock

import pytest

from tests.unit.services.fakes import FakeClock, FakeDynamoDB, FakeSqs

VARIABLES = {
    "AWS_REGION": "us-east-1",
    "AWS_DEFAULT_REGION": "us-east-1",
    "POWERTOOLS_SERVICE_NAME": "transactions",
    "POWERTOOLS_METRICS_NAMESPACE": "transactions",
    "POWERTOOLS_TRACE_DISABLED": "true",
    "TRANSACTION_EVENTS_TABLE": "transaction-events-unit",
    "WEBHOOK_SECRETS_PARAMETER": "/transactions/webhook-secrets-unit",
    "PAYMENTS_QUEUE_URL": "payments",
    "REFUNDS_QUEUE_URL": "refunds",
    "DISPUTES_QUEUE_URL": "disputes",
    "ENVIRONMENT": "unit",
    "SYSTEM": "price-alerts",
    "EXCHANGE_CREDENTIALS_CIPHERTEXT": "Y2lwaGVydGV4dA==",
    "PRICE_UPDATES_QUEUE_URL": "price-updates",
    "ALERT_RULES_TABLE": "alert-rules",
    "PRICE_HISTORY_TABLE": "price-history",
    "EXCHANGE_ENDPOINTS_CIPHERTEXT": "Y2lwaGVydGV4dA==",
    "WEBHOOK_CREDENTIALS_CIPHERTEXT": "Y2lwaGVydGV4dA==",
    "CRYPTO_PRICES_TABLE": "crypto-prices",
    "PRICE_ENRICHMENT_ERRORS_TOPIC_ARN": "arn:aws:sns:us-east-1:000000000000:price-enrichment-errors-unit",
    "PRICE_ALERT_NOTIFICATIONS_TOPIC_ARN": "arn:aws:sns:us-east-1:000000000000:price-alert-notifications-unit",
    "MARKET_DATA_BUCKET": "market-data-unit",
    "MARKET_DATA_STATE_TABLE": "MarketDataState-unit",
    "MARKET_DATA_EVENTS_BUS": "market-data-events-unit",
    "ANSWERS_WITHIN_SECONDS": "28",
    "PROCESSING_QUEUE_URL": "processing",
    "INGESTION_QUEUE_URL": "ingestion",
}

with mock.patch.dict(os.environ, VARIABLES):
    import services.market_data.data_aggregator
    import services.market_data.data_ingestion
    import services.market_data.data_processor
    import services.price_alerts.rule_evaluation
    import services.price_alerts.webhook_ingestion
    import services.price_enrichment.price_enricher
    import services.price_enrichment.price_error_notifier
    import services.price_enrichment.webhook_processor
    import services.transactions.transaction_router
    import services.transactions.webhook_validator  # noqa: F401  # loaded here for its environment
    from services.common.telemetry import logger


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What is logged, as it would be written to the log group."""
    written = io.StringIO()
    handler = logger.registered_handler
    before = handler.setStream(written)
    yield written
    handler.setStream(before)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def dynamodb() -> FakeDynamoDB:
    return FakeDynamoDB()


@pytest.fixture
def sqs() -> FakeSqs:
    return FakeSqs()
