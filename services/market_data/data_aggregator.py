"""Aggregates of windows: computed on the bus's events and every five minutes, served by POST /aggregates."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext
from botocore.exceptions import BotoCoreError, ClientError

from services.common.aws_clients import cloudwatch_client, dynamodb_client
from services.common.environment import read_environment
from services.common.http import read_request
from services.common.invalid_input import InvalidInputError
from services.common.json_body import parse_object
from services.common.telemetry import logger, metrics, tracer
from services.common.timestamp import utc_now
from services.market_data.aggregate_table import AggregateTable
from services.market_data.aggregation import Aggregation, Computed
from services.market_data.answers import answered, refused
from services.market_data.domain.aggregates_request import parse_aggregates_request
from services.market_data.domain.touched_windows import parse_touched_windows
from services.market_data.market_gauges import MarketGauges
from services.market_data.time_left import until_answer, until_timeout

ATTEMPTS = 3
# A window is begun while there is time for some 100,000 trades, and read on until storing it needs the rest.
TIME_RESERVE_MS = 15_000
STORING_RESERVE_MS = 5_000


@dataclass(frozen=True)
class AggregatorEnvironment:
    """What the function reads from its environment."""

    market_data_state_table: str
    powertools_metrics_namespace: str
    answers_within_seconds: str


class NotComputedError(Exception):
    """Windows that could not be computed; they stay dirty for the next schedule, and Lambda tries the event again."""


@dataclass(frozen=True)
class DataAggregator:
    """Takes the bus's events, the schedule's {"sweep": true}, and the requests of POST /aggregates."""

    aggregation: Aggregation
    gauges: MarketGauges
    answers_within_seconds: int

    def take_event(self, event: Mapping[str, Any], context: LambdaContext) -> dict[str, Any]:
        """Computes the windows that an event names; what the time does not allow is left to the schedule."""
        touched = parse_touched_windows(event["detail"])
        windows = [(touched.symbol, window) for window in touched.windows]
        return self._compute(windows, context, at_once=False)

    def sweep(self, context: LambdaContext) -> dict[str, Any]:
        """Computes the windows that are overdue, and counts these and the active symbols."""
        overdue = self.aggregation.overdue()
        symbols = sum(1 for _ in self.aggregation.active_symbols())
        self.gauges.put({"OverdueWindows": len(overdue), "ActiveSymbols": symbols})
        return self._compute(overdue, context, at_once=True)

    def answer(self, event: Mapping[str, Any], context: LambdaContext) -> dict[str, Any]:
        """The proxy response to POST /aggregates: 200, 400 or 503."""
        request = read_request(event)
        logger.set_correlation_id(request.correlation_id)
        time_left = until_answer(context, self.answers_within_seconds)
        try:
            page = self.aggregation.page(parse_aggregates_request(parse_object(request.body())), time_left)
        except InvalidInputError as refusal:
            return refused(request, HTTPStatus.BAD_REQUEST, refusal.message, refusal.field)
        except (ClientError, BotoCoreError) as failure:
            logger.exception("request not answered", extra={"reason": type(failure).__name__})
            return refused(request, HTTPStatus.SERVICE_UNAVAILABLE, "send the same request again")
        return answered(request, HTTPStatus.OK, page)

    def _compute(self, windows: list[tuple[str, int]], context: LambdaContext, *, at_once: bool) -> dict[str, Any]:
        time_left, time_to_read = (until_timeout(context, ms) for ms in (TIME_RESERVE_MS, STORING_RESERVE_MS))
        computed: Computed = self.aggregation.compute(windows, time_left, time_to_read, at_once=at_once)
        metrics.add_metric("WindowsComputed", MetricUnit.Count, computed.windows)
        if computed.failed:
            raise NotComputedError(
                f"{len(computed.failed)} windows were not computed, among them {computed.failed[:10]}"
            )
        return {"computed": computed.windows, "complete": computed.complete}


def compose(variables: Mapping[str, str]) -> DataAggregator:
    """The aggregator on AWS, from its environment variables."""
    environment = read_environment(AggregatorEnvironment, variables)
    table = AggregateTable(dynamodb_client(ATTEMPTS), environment.market_data_state_table)
    gauges = MarketGauges(cloudwatch_client(ATTEMPTS), environment.powertools_metrics_namespace)
    return DataAggregator(Aggregation(table, utc_now), gauges, int(environment.answers_within_seconds))


data_aggregator = compose(os.environ)


@logger.inject_lambda_context(clear_state=True)
@tracer.capture_lambda_handler(capture_response=False)
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Lambda's entry point, for API Gateway's proxy events, the schedule's {"sweep": true} and the bus's events."""
    if "requestContext" in event:
        return data_aggregator.answer(event, context)
    return data_aggregator.sweep(context) if event.get("sweep") is True else data_aggregator.take_event(event, context)
