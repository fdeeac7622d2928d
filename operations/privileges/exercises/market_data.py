"""Exercises the functions of the market-data system: a file that is handed on, its trades, their windows, failures."""

import json
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from operations.mailbox import Mailbox, Message
from operations.privileges.exercise import Flow
from operations.privileges.patience import Patience
from operations.pulumi_command import PulumiCommand
from services.common.timestamp import utc_text
from services.market_data.domain.instant import from_seconds
from services.market_data.domain.tick import Tick, place_of
from services.market_data.domain.tick_batch import tick_batches
from services.market_data.domain.window import SECONDS, start_of
from services.market_data.ingestion import SECTION_LINES
from services.market_data.state_keys import active_key, aggregate_key, progress_key, tick_key
from shared.model import System

INGESTION, PROCESSOR, AGGREGATOR = "DataIngestion", "DataProcessor", "DataAggregator"
TABLE, BUCKET, PROCESSING = "MarketDataState", "market-data", "ProcessingQueue"
GAUGE = "OverdueWindows"
LONG_AGO = "2026-01-01T00:00:00.000000Z"
# Too short for a second section: what the first one leaves is handed on.
SHORT_TIMEOUT = 30
OK = 200


class MarketDataExercise:
    """Takes its items away again; its objects go as the bucket's do, since what a trial held up may still name them."""

    def __init__(self, pulumi: PulumiCommand, system: System) -> None:
        target = pulumi.target
        self._naming = target.naming()
        self._namespace = self._named(system.name)
        self._tables, self._functions = target.client("dynamodb"), target.client("lambda")
        self._sqs, self._s3, self._metrics = target.client("sqs"), target.client("s3"), target.client("cloudwatch")
        self._run = f"M{uuid.uuid4().hex[:12].upper()}"
        now = datetime.now(UTC)
        self._window = start_of(int((now - timedelta(hours=1)).timestamp()), SECONDS)
        self._patience = {name: Patience() for name in (INGESTION, PROCESSOR, AGGREGATOR)}
        self._timeout = self._functions.get_function_configuration(FunctionName=self._named(INGESTION))["Timeout"]
        self._invocations = {
            name: self._functions.get_function_event_invoke_config(FunctionName=self._named(name))
            for name in (INGESTION, AGGREGATOR)
        }
        self._failures = {
            name: Mailbox(self._sqs, self._url(f"{name}-failures"), self._is_ours) for name in self._invocations
        }

    @property
    def flows(self) -> Mapping[str, Flow]:
        """One flow a function."""
        return {INGESTION: self._ingest, PROCESSOR: self._process, AGGREGATOR: self._aggregate}

    def begin(self) -> None:
        """What fails is given up at once, and no time is left for a second section."""
        self._functions.update_function_configuration(FunctionName=self._named(INGESTION), Timeout=SHORT_TIMEOUT)
        self._retry(dict.fromkeys(self._invocations, 0))

    def end(self) -> None:
        """Timeout and retries are as they were, and others' messages are seen again."""
        self._functions.update_function_configuration(FunctionName=self._named(INGESTION), Timeout=self._timeout)
        self._retry({name: found["MaximumRetryAttempts"] for name, found in self._invocations.items()})
        for mailbox in self._failures.values():
            mailbox.empty()
            mailbox.give_back()
        self._forget(self._run)

    def _ingest(self) -> list[str]:
        """An object of two sections, a request for it, and an object that is not there."""
        key, gone = (f"iam-mutants/{self._new()}.txt" for _ in range(2))
        at = utc_text(from_seconds(self._window))
        lines = ["symbol,timestamp,price,size,trade_id", f"{self._run},{at},2,1,1", "no,trade"]
        body = "\n".join([*lines, *[""] * SECTION_LINES]).encode()
        version = self._s3.put_object(Bucket=self._named(BUCKET), Key=key, Body=body)["VersionId"]
        read = self._invoke(INGESTION, _created(key, version))
        self._invoke(INGESTION, _created(gone, version), "Event")
        progress = progress_key(key, version)
        awaited = [
            ("the object is not read on", lambda: self._item(progress).get("finished") == {"BOOL": True}),
            ("no dead letter of the invocation", lambda: self._failed(INGESTION, gone)),
        ]
        missing = self._patience[INGESTION].not_happened(awaited)
        status = self._asked_for(key)
        self._delete(progress)
        return [
            *(["the object is not read"] if "FunctionError" in read else []),
            *missing,
            *([f"the request for it is answered {status}"] if status != OK else []),
        ]

    def _process(self) -> list[str]:
        """A message with a trade."""
        symbol = self._new()
        tick = self._tick(symbol)
        (batch,) = tick_batches([tick])
        self._sqs.send_message(QueueUrl=self._url(PROCESSING), MessageBody=batch.text)
        window = aggregate_key(symbol, self._window)
        awaited = [
            ("no trade is kept", lambda: bool(self._item(tick_key(symbol, tick.place)))),
            ("no window is touched", lambda: "touched" in self._item(window)),
            ("no symbol is registered", lambda: bool(self._item(active_key(symbol)))),
            ("no event has the window computed", lambda: "computed" in self._item(window)),
        ]
        missing = self._patience[PROCESSOR].not_happened(awaited)
        self._forget(symbol)
        return missing

    def _aggregate(self) -> list[str]:
        """An event about a window, a sweep that finds another, and an event that is none."""
        told, overdue, fails = self._new(), self._new(), self._new()
        for symbol in (told, overdue):
            self._touch(symbol)
        detail = {"symbol": told, "windows": [utc_text(from_seconds(self._window))]}
        computed = self._invoke(AGGREGATOR, {"detail": detail})
        gauged = self._gauged()
        swept = self._invoke(AGGREGATOR, {"sweep": True})
        self._invoke(AGGREGATOR, {"detail": {"windows": fails}}, "Event")
        awaited = [
            ("no dead letter of the event", lambda: self._failed(AGGREGATOR, fails)),
            ("the sweep computes no window", lambda: "computed" in self._item(aggregate_key(overdue, self._window))),
            ("the sweep puts no gauges", lambda: self._gauged() > gauged),
        ]
        missing = self._patience[AGGREGATOR].not_happened(awaited)
        for symbol in (told, overdue):
            self._forget(symbol)
        return [
            *(["no window is computed"] if "FunctionError" in computed else []),
            *(["the sweep fails"] if "FunctionError" in swept else []),
            *missing,
        ]

    def _named(self, name: str) -> str:
        return self._naming.suffixed(name)

    def _new(self) -> str:
        return f"{self._run}-{uuid.uuid4().hex[:8].upper()}"

    def _is_ours(self, message: Message) -> bool:
        return self._run in message["Body"]

    def _url(self, queue: str) -> str:
        return self._sqs.get_queue_url(QueueName=self._named(queue))["QueueUrl"]

    def _invoke(self, function: str, event: Mapping[str, object], kind: str = "RequestResponse") -> Mapping[str, Any]:
        asked = {"FunctionName": self._named(function), "InvocationType": kind, "Payload": json.dumps(event)}
        return self._functions.invoke(**asked)

    def _asked_for(self, key: str) -> int:
        """What a request for the latest version of an object is answered."""
        request = {"requestContext": {"requestId": self._run}, "headers": {}, "body": json.dumps({"key": key})}
        return int(json.loads(self._invoke(INGESTION, request)["Payload"].read()).get("statusCode", 0))

    def _failed(self, function: str, what: str) -> bool:
        return self._failures[function].holds(lambda one: what in one["Body"])

    def _retry(self, attempts: Mapping[str, int]) -> None:
        """Sets how often Lambda tries asynchronous invocations again."""
        for name, most in attempts.items():
            kept = {key: self._invocations[name][key] for key in ("MaximumEventAgeInSeconds", "DestinationConfig")}
            self._functions.put_function_event_invoke_config(
                FunctionName=self._named(name), MaximumRetryAttempts=most, **kept
            )

    def _tick(self, symbol: str) -> Tick:
        return Tick(symbol, place_of(self._window * 1_000_000, 1), Decimal(2), Decimal(1))

    def _touch(self, symbol: str) -> None:
        """Keeps a trade, and marks its window as touched long ago."""
        tick = self._tick(symbol)
        self._put(tick_key(symbol, tick.place) | {"price": {"N": "2"}, "quantity": {"N": "1"}})
        mark = {"touched": {"N": "1"}, "dirty": {"S": "0"}, "touched_at": {"S": LONG_AGO}}
        self._put(aggregate_key(symbol, self._window) | mark)

    def _gauged(self) -> float:
        """How often the gauge was put within the last hour."""
        now = datetime.now(UTC)
        found = self._metrics.get_metric_statistics(
            Namespace=self._namespace,
            MetricName=GAUGE,
            StartTime=now - timedelta(hours=1),
            EndTime=now + timedelta(minutes=1),
            Period=60,
            Statistics=["SampleCount"],
        )
        return sum(point["SampleCount"] for point in found["Datapoints"])

    def _item(self, key: dict[str, Any]) -> dict[str, Any]:
        return self._tables.get_item(TableName=self._named(TABLE), Key=key, ConsistentRead=True).get("Item", {})

    def _put(self, item: dict[str, Any]) -> None:
        self._tables.put_item(TableName=self._named(TABLE), Item=item)

    def _delete(self, key: dict[str, Any]) -> None:
        self._tables.delete_item(TableName=self._named(TABLE), Key=key)

    def _forget(self, symbol: str) -> None:
        """Takes away the symbol's trades, its window and its registration."""
        found = self._tables.query(
            TableName=self._named(TABLE),
            KeyConditionExpression="symbol = :symbol",
            ExpressionAttributeValues={":symbol": {"S": symbol}},
        )
        for item in found["Items"]:
            self._delete({name: item[name] for name in ("symbol", "timestamp")})
        self._delete(aggregate_key(symbol, self._window))
        self._delete(active_key(symbol))


exercise = MarketDataExercise


def _created(key: str, version: str) -> dict[str, Any]:
    """S3's event about a new object."""
    return {"Records": [{"eventSource": "aws:s3", "s3": {"object": {"key": key, "versionId": version}}}]}
