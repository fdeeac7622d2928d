"""Batches of ticks from the processing queue into the state table, and events about the windows that they touch."""

import os
import random
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from services.common.aws_clients import dynamodb_client, events_client
from services.common.environment import read_environment
from services.common.telemetry import logger, metrics, tracer
from services.common.timestamp import utc_now
from services.common.workers import Workers
from services.market_data.market_data_events import MarketDataEvents
from services.market_data.processing import Processing
from services.market_data.state_table import StateTable
from services.market_data.time_left import TimeLeft, until_timeout

ATTEMPTS = 3
# A partition takes 1,000 writes a second; these make ten times as many.
THREADS = 4
# What a last try of writing, and all that follows it, take while the table is busy.
TIME_RESERVE_MS = 15_000


@dataclass(frozen=True)
class ProcessorEnvironment:
    """What the function reads from its environment."""

    market_data_state_table: str
    market_data_events_bus: str


def process(processing: Processing, event: Mapping[str, Any], time_left: TimeLeft) -> dict[str, Any]:
    """The partial batch response: the messages that must come again."""
    processed = processing.process(event["Records"], time_left)
    metrics.add_metric("TicksProcessed", MetricUnit.Count, processed.ticks)
    metrics.add_metric("LateTicks", MetricUnit.Count, processed.late)
    if processed.late:
        logger.warning("trades came after their windows had closed", extra={"ticks": processed.late})
    return {"batchItemFailures": [{"itemIdentifier": receipt} for receipt in sorted(processed.failed)]}


def compose(variables: Mapping[str, str]) -> Processing:
    """Processing on AWS, from its environment variables."""
    environment = read_environment(ProcessorEnvironment, variables)
    client = dynamodb_client(ATTEMPTS, THREADS)
    table = StateTable(client, environment.market_data_state_table, Workers(THREADS), time.sleep, random.random)
    return Processing(table, MarketDataEvents(events_client(ATTEMPTS), environment.market_data_events_bus), utc_now)


processing = compose(os.environ)


@logger.inject_lambda_context(clear_state=True)
@tracer.capture_lambda_handler(capture_response=False)
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Lambda's entry point, for batches of SQS messages."""
    return process(processing, event, until_timeout(context, TIME_RESERVE_MS))
