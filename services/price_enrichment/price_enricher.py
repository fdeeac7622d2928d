"""Enriches the prices that the table's stream tells of, which are new ones alone, not metrics written back.

Called with {"symbol": "BTC-USD", "from": "2026-11-21T10:00:00Z", "to": "2026-11-21T10:05:00Z"} it enriches the prices
of that time anew: for what the failure queue tells of.
"""

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext
from botocore.exceptions import BotoCoreError, ClientError

from services.common.aws_clients import dynamodb_client
from services.common.environment import read_environment
from services.common.symbol import canonical_symbol
from services.common.telemetry import logger, metrics, tracer
from services.common.timestamp import parse_timestamp
from services.common.workers import Workers
from services.price_enrichment.domain.price import instant_text, unix_seconds
from services.price_enrichment.enricher import Enricher
from services.price_enrichment.series_table import SeriesTable, stored_price

ATTEMPTS = 5
THREADS = 8
# A stretch of prices is read and its metrics written in well under 20 s.
TIME_RESERVE_MS = 20_000


@dataclass(frozen=True)
class EnricherEnvironment:
    """What the function reads from its environment."""

    crypto_prices_table: str


class PoisonRecordError(Exception):
    """A record of the stream whose item is no price, or is there no more."""


@dataclass(frozen=True)
class NewPrice:
    """A price that the stream tells of."""

    symbol: str
    timestamp: Decimal
    sequence_number: str


def new_price(record: Mapping[str, Any]) -> NewPrice:
    """The price in a record; PoisonRecordError where the item is none."""
    change = record["dynamodb"]
    stored = stored_price(change.get("NewImage", {}))
    symbol = change["Keys"]["symbol"]["S"]
    if not stored:
        raise PoisonRecordError(f"the item {symbol}, {change['Keys']['timestamp']['N']} has no price above 0")
    return NewPrice(symbol, stored.point.timestamp, change["SequenceNumber"])


def enrich_stream(
    enricher: Enricher, records: Sequence[Mapping[str, Any]], milliseconds_left: Callable[[], int]
) -> dict[str, Any]:
    """The partial batch response: the sequence numbers of the prices that were not enriched."""
    failed: list[str] = []
    by_symbol: dict[str, list[NewPrice]] = {}
    for record in records:
        try:
            price = new_price(record)
        except PoisonRecordError as error:
            logger.error("record is no price", extra={"reason": str(error)})
            failed.append(record["dynamodb"]["SequenceNumber"])
        else:
            by_symbol.setdefault(price.symbol, []).append(price)
    for symbol, prices in by_symbol.items():
        failed += _not_enriched(enricher, symbol, prices, lambda: milliseconds_left() >= TIME_RESERVE_MS)
    metrics.add_metric("PricesEnriched", MetricUnit.Count, len(records) - len(failed))
    metrics.add_metric("PricesNotEnriched", MetricUnit.Count, len(failed))
    return {"batchItemFailures": [{"itemIdentifier": number} for number in failed]}


def _not_enriched(
    enricher: Enricher, symbol: str, prices: Sequence[NewPrice], time_left: Callable[[], bool]
) -> list[str]:
    """The sequence numbers of the prices that must come again."""
    try:
        enriched = enricher.enrich(symbol, (price.timestamp for price in prices), time_left)
    except (ClientError, BotoCoreError) as error:
        logger.error("prices not enriched", extra={"symbol": symbol, "prices": len(prices), "reason": str(error)})
        return [price.sequence_number for price in prices]
    left = [price.sequence_number for price in prices if price.timestamp in enriched.left]
    log = {"symbol": symbol, "prices": len(prices), "metrics_written": enriched.written, "no_time_for": len(left)}
    logger.info("prices enriched", extra=log)
    return left


def enrich_again(
    enricher: Enricher, event: Mapping[str, Any], milliseconds_left: Callable[[], int]
) -> dict[str, str | int | None]:
    """How many prices got other metrics, and the instant to continue from where time did not suffice.

    InvalidInputError names the field that is missing or wrong.
    """
    symbol = canonical_symbol(event.get("symbol"), "symbol")
    earliest, latest = (unix_seconds(parse_timestamp(event.get(field), field)) for field in ("from", "to"))
    written = 0
    for timestamps in enricher.table.between(symbol, earliest, latest):
        enriched = enricher.enrich(symbol, timestamps, lambda: milliseconds_left() >= TIME_RESERVE_MS)
        written += enriched.written
        if enriched.left:
            return {"written": written, "continue_from": instant_text(min(enriched.left))}
    logger.info("prices enriched again", extra={"symbol": symbol, "metrics_written": written})
    return {"written": written, "continue_from": None}


def compose(variables: Mapping[str, str]) -> Enricher:
    """The enricher on AWS, from its environment variables."""
    environment = read_environment(EnricherEnvironment, variables)
    table = SeriesTable(dynamodb_client(ATTEMPTS, THREADS), environment.crypto_prices_table)
    return Enricher(table, Workers(THREADS))


enricher = compose(os.environ)


@logger.inject_lambda_context(clear_state=True)
@tracer.capture_lambda_handler(capture_response=False)
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Lambda's entry point, for DynamoDB stream events and for an operator's call."""
    if "Records" in event:
        return enrich_stream(enricher, event["Records"], context.get_remaining_time_in_millis)
    return enrich_again(enricher, event, context.get_remaining_time_in_millis)
