"""Feeds the router: with the records of the table's stream, or, when called with {"sweep": true}, from the index."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from services.common.aws_clients import dynamodb_client, sqs_client
from services.common.environment import read_environment
from services.common.telemetry import logger, metrics, tracer
from services.common.timestamp import utc_now
from services.transactions.event_queues import EventQueues
from services.transactions.outbox import Outbox
from services.transactions.router import Routed, Router

# A mark that is given up makes a second copy: try it often.
ATTEMPTS = 5


@dataclass(frozen=True)
class RouterEnvironment:
    """What the function reads from its environment."""

    transaction_events_table: str
    payments_queue_url: str
    refunds_queue_url: str
    disputes_queue_url: str


class SweepFailedError(Exception):
    """Events that the sweep could not route; Lambda's failure destination tells an operator."""


def route_stream(router: Router, records: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The partial batch response: the sequence numbers of the records whose events were not routed."""
    images = [record["dynamodb"].get("NewImage", {}) for record in records]
    outcome = router.route(images)
    _count("EventsRouted", outcome)
    failures = [
        {"itemIdentifier": record["dynamodb"]["SequenceNumber"]}
        for record, image in zip(records, images, strict=True)
        if image and image["event_id"]["S"] in outcome.failed
    ]
    return {"batchItemFailures": failures}


def sweep(router: Router, context: LambdaContext) -> dict[str, Any]:
    """How many events were routed and whether time sufficed; SweepFailedError when some could not be routed."""
    outcome = router.sweep(context.aws_request_id, context.get_remaining_time_in_millis)
    _count("EventsSwept", outcome)
    if outcome.failed:
        raise SweepFailedError(f"{len(outcome.failed)} events stay unrouted, among them {sorted(outcome.failed)[:10]}")
    return {"routed": len(outcome.routed), "complete": outcome.complete}


def _count(name: str, outcome: Routed) -> None:
    metrics.add_metric(name, MetricUnit.Count, len(outcome.routed))
    metrics.add_metric("EventsNotRouted", MetricUnit.Count, len(outcome.failed))


def compose(variables: Mapping[str, str]) -> Router:
    """The router on AWS, from its environment variables."""
    environment = read_environment(RouterEnvironment, variables)
    urls = {
        "payment": environment.payments_queue_url,
        "refund": environment.refunds_queue_url,
        "dispute": environment.disputes_queue_url,
    }
    outbox = Outbox(dynamodb_client(ATTEMPTS), environment.transaction_events_table)
    return Router(outbox, EventQueues(sqs_client(ATTEMPTS), urls), utc_now)


router = compose(os.environ)


@logger.inject_lambda_context(clear_state=True)
@tracer.capture_lambda_handler(capture_response=False)
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Lambda's entry point, for DynamoDB stream events and for the schedule's {"sweep": true}."""
    return sweep(router, context) if event.get("sweep") is True else route_stream(router, event["Records"])
