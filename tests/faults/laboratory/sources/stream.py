"""The event source mapping of a table's stream.

AWS documentation: DynamoDB developer guide, "Change data capture for DynamoDB Streams" (the records of an item come in
the order of its changes; between items there is none); Lambda developer guide, "Using AWS Lambda with Amazon DynamoDB".
What a failing batch goes through is what the embedded target does, in `local.emulator.gaps.mappings`.
"""

import json
from collections import defaultdict, deque
from datetime import datetime
from random import Random
from typing import Any
from uuid import uuid4

from local.emulator.gaps.mappings.failure_record import Discarded, failure_record
from local.emulator.gaps.mappings.stream_batch import MappingGoneError, StreamBatch
from shared.model import DeadLetterQueue, OnStream
from tests.faults.laboratory.account import NAMING, Account
from tests.faults.laboratory.process import Process
from tests.faults.laboratory.sources.source import Turbulence

Record = dict[str, Any]


class StreamSource:
    """Reads a table's stream for a function, from its first record on."""

    def __init__(
        self, account: Account, trigger: OnStream, process: Process, dead_letters: DeadLetterQueue,
        turbulence: Turbulence | None,
    ) -> None:  # fmt: skip
        self._account = account
        self._trigger = trigger
        self._process = process
        self._dead_letters = dead_letters
        self._turbulence = turbulence
        self._arn = account.dynamodb.describe_table(TableName=NAMING.name(trigger.table))["Table"]["LatestStreamArn"]
        self._iterator: str | None = None
        self._waiting: list[Record] = []

    def deliver(self) -> bool:
        if self._process.disabled:
            return False
        self._waiting += self._read()
        if not self._waiting:
            return False
        largest = self._trigger.batch_size
        size = self._turbulence.size(largest) if self._turbulence else largest
        batch, self._waiting = self._waiting[:size], self._waiting[size:]
        self._run(batch)
        if self._turbulence and self._turbulence.again():
            self._run(batch)
        return True

    def next_due(self) -> datetime | None:
        return None

    def peek(self) -> list[Record]:
        """The records that wait for the function."""
        self._waiting += self._read()
        return list(self._waiting)

    def recreate(self) -> None:
        """As a mapping that was deleted and made again at the stream's horizon: it reads all of it once more."""
        self._iterator, self._waiting = None, []

    def redeliver(self, records: list[Record]) -> None:
        """Gives the function records that it has had."""
        self._waiting += records

    def _run(self, batch: list[Record]) -> None:
        mapping = {
            "FunctionResponseTypes": ["ReportBatchItemFailures"],
            "BisectBatchOnFunctionError": True,
            "MaximumRetryAttempts": self._trigger.retries,
            "MaximumRecordAgeInSeconds": self._trigger.maximum_record_age,
            "EventSourceArn": self._arn,
        }
        left = list(batch)

        def resolved(last: Record) -> None:
            del left[: left.index(last) + 1]

        def discarded(what: Discarded) -> None:
            config = {"FunctionArn": NAMING.arn(self._process.function)}
            text = json.dumps(failure_record(mapping, config, what))
            self._account.sqs.send_message(QueueUrl=self._account.url(self._dead_letters), MessageBody=text)

        try:
            StreamBatch(mapping, self._invoke, discarded, resolved, lambda: not self._process.disabled).run(batch)
        except MappingGoneError:
            self._waiting = left + self._waiting

    def _invoke(self, records: list[Record]) -> dict[str, Any]:
        return self._process.invoke({"Records": records}, str(uuid4())).as_lambda_tells()

    def _read(self) -> list[Record]:
        streams = self._account.streams
        if self._iterator is None:
            (shard,) = streams.describe_stream(StreamArn=self._arn)["StreamDescription"]["Shards"]
            self._iterator = streams.get_shard_iterator(
                StreamArn=self._arn, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
            )["ShardIterator"]
        answer = streams.get_records(ShardIterator=self._iterator)
        self._iterator = answer["NextShardIterator"]
        records = [as_lambda_tells(record, self._arn) for record in answer["Records"]]
        wanted = [record for record in records if self._passes(record)]
        return interleaved(wanted, self._turbulence.random) if self._turbulence else wanted

    def _passes(self, record: Record) -> bool:
        if self._trigger.event_names and record["eventName"] not in self._trigger.event_names:
            return False
        having = self._trigger.having
        return having is None or having.name in record["dynamodb"].get("NewImage", {})


def as_lambda_tells(record: dict[str, Any], arn: str) -> Record:
    """A record of the streams' API as it stands in an event."""
    change = dict(record["dynamodb"])
    created = change.get("ApproximateCreationDateTime")
    if isinstance(created, datetime):
        change["ApproximateCreationDateTime"] = created.timestamp()
    return {
        "eventID": record["eventID"],
        "eventName": record["eventName"],
        "eventVersion": "1.1",
        "eventSource": "aws:dynamodb",
        "awsRegion": NAMING.region,
        "dynamodb": change,
        "eventSourceARN": arn,
    }


def interleaved(records: list[Record], random: Random) -> list[Record]:
    """The records in another order that is as good: an item's own stay in theirs."""
    of_item: defaultdict[str, deque[Record]] = defaultdict(deque)
    for record in records:
        of_item[json.dumps(record["dynamodb"]["Keys"], sort_keys=True)].append(record)
    turns = [key for key, its in of_item.items() for _ in its]
    random.shuffle(turns)
    return [of_item[key].popleft() for key in turns]
