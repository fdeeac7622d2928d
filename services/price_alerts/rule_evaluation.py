"""Evaluates queued prices against users' rules; called with {"batch_pass": true}, it queues the latest ones again."""

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext
from botocore.exceptions import BotoCoreError, ClientError

from services.common.aws_clients import dynamodb_client, sns_client, sqs_client
from services.common.environment import read_environment
from services.common.notifications import NotificationTopic
from services.common.telemetry import logger, metrics, tracer
from services.common.timestamp import utc_now
from services.common.workers import Workers
from services.price_alerts.armed_rules import ArmedRules
from services.price_alerts.batch_pass import BatchPass
from services.price_alerts.domain.price_update import PoisonUpdateError, PriceUpdate, parse_update
from services.price_alerts.evaluator import TIME_TO_START_MS, Evaluation, EvaluationFailedError, Evaluator
from services.price_alerts.notifier import Notifier
from services.price_alerts.outbox import Outbox
from services.price_alerts.price_history import PriceHistory
from services.price_alerts.price_queue import PriceQueue

# A mark that is given up makes a second copy: try it often.
ATTEMPTS = 5
# The third of a processor that 512 MB come with is busy with about as many calls.
THREADS = 16


@dataclass(frozen=True)
class EvaluationEnvironment:
    """What the function reads from its environment."""

    alert_rules_table: str
    price_history_table: str
    price_updates_queue_url: str
    price_alert_notifications_topic_arn: str


@dataclass(frozen=True)
class RuleEvaluation:
    """Answers the queue and the schedule."""

    evaluator: Evaluator
    batch_pass: BatchPass
    queue: PriceQueue

    def consume(self, records: Iterable[Mapping[str, Any]], context: LambdaContext) -> dict[str, Any]:
        """The partial batch response: the ids of the messages whose prices were neither evaluated nor handed on."""
        failed: list[str] = []
        unfinished: dict[str, PriceUpdate] = {}
        for position, record in enumerate(records):
            message_id = str(record["messageId"])
            try:
                update = parse_update(str(record.get("body")))
                logger.set_correlation_id(update.correlation_id)
                # The first is always begun, or a price could be handed on for ever.
                late = position > 0 and context.get_remaining_time_in_millis() < TIME_TO_START_MS
                if late or not self._evaluate(update, f"{context.aws_request_id}/{message_id}", context):
                    unfinished[message_id] = update
            except (PoisonUpdateError, EvaluationFailedError, ClientError, BotoCoreError) as error:
                logger.error("price not evaluated", extra={"message_id": message_id, "reason": str(error)})
                failed.append(message_id)
        failed += self._hand_on(unfinished)
        metrics.add_metric("PricesNotEvaluated", MetricUnit.Count, len(failed))
        return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in failed]}

    def _evaluate(self, update: PriceUpdate, claimant: str, context: LambdaContext) -> bool:
        """Whether time sufficed."""
        evaluation = self.evaluator.evaluate(update, claimant, context.get_remaining_time_in_millis)
        _report(update, evaluation)
        return evaluation.complete

    def _hand_on(self, unfinished: Mapping[str, PriceUpdate]) -> list[str]:
        """Sends the prices again as new messages, and returns the ids of the messages for which that failed.

        Left to the queue, they would come back after its visibility timeout, and go to its DLQ after three times.
        """
        unsent = {update.message_id for update in self.queue.send(unfinished.values())}
        metrics.add_metric("PricesHandedOn", MetricUnit.Count, len(unfinished) - len(unsent))
        return [message_id for message_id, update in unfinished.items() if update.message_id in unsent]


def _report(update: PriceUpdate, evaluation: Evaluation) -> None:
    logger.info(
        "price evaluated",
        extra={
            "symbol": update.tick.symbol,
            "fired": evaluation.fired,
            "notified": evaluation.notified,
            "complete": evaluation.complete,
        },
    )
    metrics.add_metric("RulesFired", MetricUnit.Count, evaluation.fired)
    metrics.add_metric("AlertsPublished", MetricUnit.Count, evaluation.notified)
    metrics.add_metric("RulesMalformed", MetricUnit.Count, evaluation.malformed)


def compose(variables: Mapping[str, str]) -> RuleEvaluation:
    """The evaluation on AWS, from its environment variables."""
    environment = read_environment(EvaluationEnvironment, variables)
    dynamodb = dynamodb_client(ATTEMPTS, THREADS)
    workers = Workers(THREADS)
    topic = NotificationTopic(sns_client(ATTEMPTS, THREADS), environment.price_alert_notifications_topic_arn)
    history = PriceHistory(dynamodb, environment.price_history_table)
    queue = PriceQueue(sqs_client(ATTEMPTS), environment.price_updates_queue_url)
    notifier = Notifier(Outbox(dynamodb, environment.alert_rules_table), topic, workers, utc_now)
    rules = ArmedRules(dynamodb, environment.alert_rules_table)
    evaluator = Evaluator(history, rules, notifier, workers, utc_now)
    return RuleEvaluation(evaluator, BatchPass(history, queue, notifier, workers, utc_now), queue)


evaluation = compose(os.environ)


@logger.inject_lambda_context(clear_state=True)
@tracer.capture_lambda_handler(capture_response=False)
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Lambda's entry point, for SQS events and for the schedule's {"batch_pass": true}."""
    if event.get("batch_pass") is not True:
        return evaluation.consume(event["Records"], context)
    outcome = evaluation.batch_pass.run(context.aws_request_id, context.get_remaining_time_in_millis)
    metrics.add_metric("AlertsSwept", MetricUnit.Count, outcome.notified)
    logger.info("batch pass", extra={"symbols": outcome.symbols, "complete": outcome.complete})
    return {"symbols": outcome.symbols, "notified": outcome.notified, "complete": outcome.complete}
