"""Called every minute: fetches prices and marks the alerts that they trigger; what follows is the stream's."""

import os
import random
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from services.coin_alerts.armed_alerts import ArmedAlerts
from services.coin_alerts.checker import Pass, PriceChecker
from services.coin_alerts.endpoint import Answer, Endpoint, parse_endpoint
from services.coin_alerts.exchange import Exchange
from services.coin_alerts.watch_table import WatchTable
from services.common.aws_clients import dynamodb_client, kms_client
from services.common.ciphertext import Ciphertext, ciphertext_context
from services.common.environment import read_environment
from services.common.telemetry import logger, metrics, tracer
from services.common.timestamp import utc_now
from services.common.workers import Workers

ATTEMPTS = 3
# What a third of a processor, which is what 512 MB come with, can keep busy.
THREADS = 8


@dataclass(frozen=True)
class CheckerEnvironment:
    """What the function reads from its environment."""

    environment: str
    system: str
    crypto_alerts_table: str
    price_watch_table: str
    exchange_endpoint_ciphertext: str


def check_prices(checker: PriceChecker, context: LambdaContext) -> dict[str, Any]:
    """What the pass did."""
    outcome = checker.check(context.aws_request_id, context.get_remaining_time_in_millis)
    _count(outcome)
    return {
        "coins": outcome.coins,
        "triggered": outcome.triggered,
        "touched": outcome.touched,
        "failed": outcome.failed,
        "complete": outcome.complete and not (outcome.exchange_failed or outcome.circuit_open),
    }


def _count(outcome: Pass) -> None:
    counts = {
        "AlertsTriggered": outcome.triggered,
        "AlertsTouched": outcome.touched,
        "AlertsNotTriggered": outcome.failed,
        "PricesRefused": outcome.prices_refused,
        "PassesWithoutPrices": int(outcome.exchange_failed or outcome.circuit_open),
    }
    for name, count in counts.items():
        metrics.add_metric(name, MetricUnit.Count, count)


def compose(variables: Mapping[str, str]) -> PriceChecker:
    """The checker on AWS, from its environment variables."""
    environment = read_environment(CheckerEnvironment, variables)
    context = ciphertext_context(environment.environment, environment.system, "exchange-endpoint")
    ciphertext = Ciphertext(kms_client(ATTEMPTS), environment.exchange_endpoint_ciphertext, context)

    @cache
    def endpoint() -> Endpoint:
        return parse_endpoint(ciphertext.plaintext())

    def fetch(timeout: float) -> Answer:
        return endpoint().get(timeout)

    dynamodb = dynamodb_client(ATTEMPTS, connections=THREADS)
    return PriceChecker(
        ArmedAlerts(dynamodb, environment.crypto_alerts_table),
        WatchTable(dynamodb, environment.price_watch_table),
        # Jitter keeps no secret.
        Exchange(fetch, utc_now, time.sleep, random.random),
        Workers(THREADS),
        utc_now,
    )


checker = compose(os.environ)


@logger.inject_lambda_context(clear_state=True)
@tracer.capture_lambda_handler(capture_response=False)
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Lambda's entry point, for the schedule."""
    return check_prices(checker, context)
