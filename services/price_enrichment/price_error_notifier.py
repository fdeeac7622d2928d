"""Tells operators of errors in the logs of the processor and the enricher; nobody subscribes it to its own."""

import base64
import gzip
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from services.common.aws_clients import sns_client
from services.common.environment import read_environment
from services.common.notifications import Notification, NotificationTopic
from services.common.telemetry import logger, metrics, tracer
from services.price_enrichment.domain.error_report import error_report

ATTEMPTS = 3


@dataclass(frozen=True)
class NotifierEnvironment:
    """What the function reads from its environment."""

    price_enrichment_errors_topic_arn: str


class ReportNotPublishedError(Exception):
    """A report that SNS did not take; Lambda tries again."""


def notify(topic: NotificationTopic, event: Mapping[str, Any]) -> dict[str, int]:
    """How many reports were published, 1 or 0; ReportNotPublishedError where the topic did not take it."""
    report = error_report(json.loads(gzip.decompress(base64.b64decode(event["awslogs"]["data"]))))
    if report is None:
        return {"published": 0}
    notification = Notification(report.report_id, report.text, {"function": report.function}, report.subject)
    if not topic.publish([notification]):
        raise ReportNotPublishedError(f"the report '{report.subject}' was not published")
    metrics.add_metric("ErrorReportsPublished", MetricUnit.Count, 1)
    return {"published": 1}


def compose(variables: Mapping[str, str]) -> NotificationTopic:
    """The operators' topic on AWS, from the function's environment variables."""
    environment = read_environment(NotifierEnvironment, variables)
    return NotificationTopic(sns_client(ATTEMPTS), environment.price_enrichment_errors_topic_arn)


topic = compose(os.environ)


@logger.inject_lambda_context(clear_state=True)
@tracer.capture_lambda_handler(capture_response=False)
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, int]:
    """Lambda's entry point, for the events of a log subscription."""
    return notify(topic, event)
