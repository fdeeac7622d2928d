"""Loads the handlers as Lambda does, with their environment in place."""

import os
from unittest import mock

import pytest

from tests.unit.services.conftest import VARIABLES

COIN_ALERTS = {
    **VARIABLES,
    "ENVIRONMENT": "unit",
    "SYSTEM": "coin-alerts",
    "CRYPTO_ALERTS_TABLE": "crypto-alerts-unit",
    "PRICE_WATCH_TABLE": "price-watch-unit",
    "PRICE_ALERTS_TOPIC_ARN": "arn:aws:sns:us-east-1:000000000000:price-alerts-unit",
    "EXCHANGE_ENDPOINT_CIPHERTEXT": "Y2lwaGVydGV4dA==",
}

with mock.patch.dict(os.environ, COIN_ALERTS):
    from tests.unit.services.coin_alerts.market import Market


@pytest.fixture
def market() -> Market:
    return Market()
