"""Fed by the stream of the table crypto-alerts: arms alerts as they are written, notifies those that are triggered."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from services.coin_alerts.alert_book import AlertBook
from services.coin_alerts.processor import AlertProcessor
from services.coin_alerts.stream_record import change_of
from services.coin_alerts.watch_table import WatchTable
from services.common.aws_clients import dynamodb_client, sns_client
from services.common.environment import read_environment
from services.common.notifications import NotificationTopic
from services.common.telemetry import logger, metrics, tracer
from services.common.timestamp import utc_now

# A mark that is given up makes a second copy: try it often.
ATTEMPTS = 5


@dataclass(frozen=True)
class ProcessorEnvironment:
    """What the function reads from its environment."""

    crypto_alerts_table: str
    price_watch_table: str
    price_alerts_topic_arn: str


def process_stream(processor: AlertProcessor, records: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The partial batch response: the sequence numbers of the records to be handed over again."""
    changes = [change_of(record) for record in records]
    outcome = processor.process(changes)
    metrics.add_metric("AlertsNotified", MetricUnit.Count, outcome.notified)
    metrics.add_metric("AlertsArmed", MetricUnit.Count, outcome.armed)
    metrics.add_metric("AlertsRefused", MetricUnit.Count, outcome.refused)
    failures = [{"itemIdentifier": change.sequence_number} for change in changes if change.key in outcome.failed]
    return {"batchItemFailures": failures}


def compose(variables: Mapping[str, str]) -> AlertProcessor:
    """The processor on AWS, from its environment variables."""
    environment = read_environment(ProcessorEnvironment, variables)
    dynamodb = dynamodb_client(ATTEMPTS)
    return AlertProcessor(
        AlertBook(dynamodb, environment.crypto_alerts_table),
        WatchTable(dynamodb, environment.price_watch_table),
        NotificationTopic(sns_client(ATTEMPTS), environment.price_alerts_topic_arn),
        utc_now,
        lambda: str(uuid4()),
    )


processor = compose(os.environ)


@logger.inject_lambda_context(clear_state=True)
@tracer.capture_lambda_handler(capture_response=False)
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Lambda's entry point, for DynamoDB stream events."""
    return process_stream(processor, event["Records"])
