"""Vendors' files into the processing queue: on S3's events, on POST /ingest, and on what an earlier invocation left."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import unquote_plus

from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext
from botocore.exceptions import BotoCoreError, ClientError

from services.common.aws_clients import dynamodb_client, s3_client, sqs_client
from services.common.environment import read_environment
from services.common.http import HttpRequest, read_request
from services.common.invalid_input import InvalidInputError
from services.common.json_body import parse_object
from services.common.telemetry import logger, metrics, tracer
from services.common.timestamp import utc_now
from services.market_data.answers import answered, refused
from services.market_data.checkpoints import Checkpoints
from services.market_data.domain.ingest_request import REPORTS, ObjectRequest, parse_ingest_request
from services.market_data.ingestion import Ingestion, Reading
from services.market_data.ingestion_queue import IngestionQueue, handed_on
from services.market_data.processing_queue import NotSentError, ProcessingQueue
from services.market_data.reports import Reports, report_prefix
from services.market_data.source_objects import SourceObject, SourceObjects, UnreadableObjectError
from services.market_data.time_left import TimeLeft, until_answer, until_timeout

ATTEMPTS = 3
# What a section, and handing on, take at the very most.
TIME_RESERVE_MS = 30_000
GOING_ON_FAILED = (InvalidInputError, KeyError, UnreadableObjectError, NotSentError, ClientError, BotoCoreError)


@dataclass(frozen=True)
class IngestionEnvironment:
    """What the function reads from its environment."""

    market_data_bucket: str
    market_data_state_table: str
    processing_queue_url: str
    ingestion_queue_url: str
    answers_within_seconds: str


@dataclass(frozen=True)
class DataIngestion:
    """Takes S3's events, the requests of POST /ingest, and messages of the ingestion queue."""

    objects: SourceObjects
    ingestion: Ingestion
    answers_within_seconds: int

    def take_objects(self, event: Mapping[str, Any], context: LambdaContext) -> None:
        """Ingests the objects of an S3 event; what is under reports/ is left alone."""
        for record in event.get("Records", []):
            described = record["s3"]["object"]
            key = unquote_plus(described["key"])
            if not key.startswith(REPORTS):
                self._ingest(self.objects.find(key, described.get("versionId")), context)

    def go_on(self, event: Mapping[str, Any], context: LambdaContext) -> dict[str, Any]:
        """The partial batch response to messages of the ingestion queue."""
        failures: list[dict[str, str]] = []
        for record in event["Records"]:
            try:
                key, version_id = handed_on(parse_object(record["body"].encode()))
                self._ingest(self.objects.find(key, version_id), context)
            except GOING_ON_FAILED as error:
                logger.exception("object not read on", extra={"reason": str(error), "receipt": record["messageId"]})
                failures.append({"itemIdentifier": record["messageId"]})
        return {"batchItemFailures": failures}

    def answer(self, event: Mapping[str, Any], context: LambdaContext) -> dict[str, Any]:
        """The proxy response to POST /ingest: 200, 202, 400, 404, or 503 where it is uncertain what was taken."""
        request = read_request(event)
        logger.set_correlation_id(request.correlation_id)
        time_left = until_answer(context, self.answers_within_seconds)
        try:
            asked = parse_ingest_request(parse_object(request.body()), self.ingestion.latest())
            if isinstance(asked, ObjectRequest):
                return self._answer_object(request, asked, time_left)
            self.ingestion.send(asked)
        except InvalidInputError as refusal:
            return refused(request, HTTPStatus.BAD_REQUEST, refusal.message, refusal.field)
        except UnreadableObjectError as refusal:
            return refused(request, HTTPStatus.NOT_FOUND, str(refusal), "key")
        except (NotSentError, ClientError, BotoCoreError) as failure:
            logger.exception("request not completed", extra={"reason": type(failure).__name__})
            return refused(request, HTTPStatus.SERVICE_UNAVAILABLE, "send the same request again")
        metrics.add_metric("TicksSent", MetricUnit.Count, len(asked))
        return answered(request, HTTPStatus.ACCEPTED, {"ticks": len(asked)})

    def _answer_object(self, request: HttpRequest, asked: ObjectRequest, time_left: TimeLeft) -> dict[str, Any]:
        source = self.objects.find(asked.key, asked.version_id)
        body = _tell(source, self.ingestion.ingest(source, time_left, amid_sections=True))
        return answered(request, HTTPStatus.OK if body["finished"] else HTTPStatus.ACCEPTED, body)

    def _ingest(self, source: SourceObject, context: LambdaContext) -> None:
        _tell(source, self.ingestion.ingest(source, until_timeout(context, TIME_RESERVE_MS)))


def _tell(source: SourceObject, reading: Reading) -> dict[str, object]:
    """Logs and counts what came of reading an object, and says it."""
    before, after = reading.before, reading.after
    metrics.add_metric("LinesRead", MetricUnit.Count, after.lines - before.lines)
    metrics.add_metric("TicksSent", MetricUnit.Count, after.ticks - before.ticks)
    metrics.add_metric("LinesRefused", MetricUnit.Count, after.refused - before.refused)
    said: dict[str, object] = {
        "key": source.key,
        "version_id": source.version_id,
        "lines": after.lines,
        "ticks": after.ticks,
        "refused": after.refused,
        "finished": after.finished,
    }
    logger.info("object read", extra=said)
    return said | ({"reports": report_prefix(source)} if after.refused else {})


def compose(variables: Mapping[str, str]) -> DataIngestion:
    """Ingestion on AWS, from its environment variables."""
    environment = read_environment(IngestionEnvironment, variables)
    s3, sqs = s3_client(ATTEMPTS), sqs_client(ATTEMPTS)
    objects = SourceObjects(s3, environment.market_data_bucket)
    ingestion = Ingestion(
        objects,
        Checkpoints(dynamodb_client(ATTEMPTS), environment.market_data_state_table, utc_now),
        ProcessingQueue(sqs, environment.processing_queue_url),
        Reports(s3, environment.market_data_bucket),
        IngestionQueue(sqs, environment.ingestion_queue_url),
        utc_now,
    )
    return DataIngestion(objects, ingestion, int(environment.answers_within_seconds))


data_ingestion = compose(os.environ)


@logger.inject_lambda_context(clear_state=True)
@tracer.capture_lambda_handler(capture_response=False)
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any] | None:
    """Lambda's entry point, for API Gateway's proxy events, S3's events and messages of the ingestion queue."""
    if "requestContext" in event:
        return data_ingestion.answer(event, context)
    if any(record.get("eventSource") == "aws:sqs" for record in event.get("Records", [])):
        return data_ingestion.go_on(event, context)
    return data_ingestion.take_objects(event, context)
