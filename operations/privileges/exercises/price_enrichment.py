"""Exercises price-enrichment's functions: a cold webhook, its enrichment, a report, and every failure."""

import base64
import gzip
import json
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec

from operations.mailbox import Mailbox, Message
from operations.privileges.exercise import Flow
from operations.privileges.listener import TopicListener
from operations.privileges.patience import Patience
from operations.pulumi_command import PulumiCommand
from operations.signing_secrets import signing_secrets
from operations.webhooks import Sample, sender_of
from shared.contract import output_key
from shared.model import System

PROCESSOR, ENRICHER, NOTIFIER = "webhook-processor", "price-enricher", "price-error-notifier"
TABLE, UPDATES, ERRORS = "crypto-prices", "price-updates-success", "price-enrichment-errors"


class PriceEnrichmentExercise:
    """Whatever it writes it takes away again, and its own subscriptions of the topics, too."""

    def __init__(self, pulumi: PulumiCommand, system: System) -> None:
        target = pulumi.target
        self._naming = target.naming()
        self._sender = sender_of(pulumi, system)
        self._signer = next(iter(filter(None, signing_secrets(pulumi, system).by_signer)))
        self._tables, self._functions = target.client("dynamodb"), target.client("lambda")
        self._sqs, self._sns = target.client("sqs"), target.client("sns")
        outputs = pulumi.outputs("messaging")
        self._topics = {topic.name: outputs[output_key(topic, "arn")] for topic in system.topics}
        self._listeners: dict[str, TopicListener] = {}
        self._base = f"{uuid.uuid4().hex[:12].upper()}Q"
        self._begun = datetime.now(UTC).replace(microsecond=0)
        self._patience = Patience()
        self._failures = {name: self._mailbox(f"{name}-failures") for name in (PROCESSOR, NOTIFIER)}
        self._stream_failures = Mailbox(self._sqs, self._url(f"{ENRICHER}-stream-dlq"), self._is_new)
        mappings = self._functions.list_event_source_mappings(FunctionName=self._named(ENRICHER))
        (self._mapping,) = mappings["EventSourceMappings"]
        self._invocations = {
            name: self._functions.get_function_event_invoke_config(FunctionName=self._named(name))
            for name in (PROCESSOR, NOTIFIER)
        }

    @property
    def flows(self) -> Mapping[str, Flow]:
        """One flow a function."""
        return {PROCESSOR: self._process, ENRICHER: self._enrich, NOTIFIER: self._notify}

    def begin(self) -> None:
        """Queues listen to the topics, and what fails is given up at once."""
        for topic in (UPDATES, ERRORS):
            self._listeners[topic] = TopicListener(self._sqs, self._sns, self._topics[topic])
        self._retry(0, dict.fromkeys(self._invocations, 0))

    def end(self) -> None:
        """Nothing listens any more, retries are as they were, and others' messages are seen again."""
        attempts = {name: found["MaximumRetryAttempts"] for name, found in self._invocations.items()}
        self._retry(self._mapping["MaximumRetryAttempts"], attempts)
        for mailbox in (*self._failures.values(), self._stream_failures):
            mailbox.empty()
            mailbox.give_back()
        for listener in self._listeners.values():
            listener.close()

    def _process(self) -> list[str]:
        """A webhook to a cold function, which must decrypt its secrets, and one that is no price."""
        name = self._named(PROCESSOR)
        timeout = self._functions.get_function_configuration(FunctionName=name)["Timeout"]
        self._functions.update_function_configuration(FunctionName=name, Timeout=timeout)
        updates = self._heard(UPDATES)
        symbol = self._post()
        invalid = self._post(quote="")
        awaited = [
            ("no update", lambda: updates.holds(lambda one: symbol in one["Body"])),
            (
                "no dead letter of the webhook",
                lambda: self._failures[PROCESSOR].holds(lambda one: invalid in one["Body"]),
            ),
        ]
        missing = self._patience.not_happened(awaited)
        self._forget(symbol)
        return missing

    def _enrich(self) -> list[str]:
        """A price, and an item that is none."""
        begun = datetime.now(UTC).replace(microsecond=0)
        self._stream_failures.empty()
        symbol = self._post()
        poison = {"symbol": {"S": f"{symbol}-POISON"}, "timestamp": {"N": "1"}}
        self._tables.put_item(TableName=self._named(TABLE), Item=poison)
        awaited = [
            ("no metrics", lambda: any("metrics" in item for item in self._items(symbol))),
            ("no dead letter of the stream", lambda: self._stream_failures.holds(lambda one: _arrived(one) >= begun)),
        ]
        missing = self._patience.not_happened(awaited)
        self._forget(symbol)
        self._forget(f"{symbol}-POISON")
        return missing

    def _notify(self) -> list[str]:
        """Log events of an error, and an invocation that fails."""
        reports = self._heard(ERRORS)
        mark, fails = self._new(), self._new()
        event = {"id": mark, "timestamp": 0, "message": f"ERROR {mark}"}
        data = {"messageType": "DATA_MESSAGE", "logGroup": "iam-mutants", "logStream": "none", "logEvents": [event]}
        packed = base64.b64encode(gzip.compress(json.dumps(data).encode())).decode()
        for payload in ({"awslogs": {"data": packed}}, {"fails": fails}):
            asked = {"FunctionName": self._named(NOTIFIER), "InvocationType": "Event", "Payload": json.dumps(payload)}
            self._functions.invoke(**asked)
        awaited = [
            ("no report", lambda: reports.holds(lambda one: mark in one["Body"])),
            ("no dead letter of the report", lambda: self._failures[NOTIFIER].holds(lambda one: fails in one["Body"])),
        ]
        return self._patience.not_happened(awaited)

    def _named(self, name: str) -> str:
        return self._naming.suffixed(name)

    def _new(self) -> str:
        return f"{self._base}{uuid.uuid4().hex[:4].upper()}Q"[-15:]

    def _url(self, queue: str) -> str:
        return self._sqs.get_queue_url(QueueName=self._named(queue))["QueueUrl"]

    def _mailbox(self, queue: str) -> Mailbox:
        return Mailbox(self._sqs, self._url(queue), self._is_ours)

    def _heard(self, topic: str) -> Mailbox:
        return Mailbox(self._sqs, self._listeners[topic].url, lambda _: True)

    def _is_ours(self, message: Message) -> bool:
        return self._base[-10:] in message["Body"]

    def _is_new(self, message: Message) -> bool:
        return _arrived(message) >= self._begun

    def _post(self, quote: str = "-USD") -> str:
        """The symbol of a price that was posted; without a quote currency it is none."""
        symbol = f"{self._new()}{quote}"
        body = {"exchange": self._signer, "symbol": symbol, "price": "2"}
        self._sender.post(Sample(body=msgspec.Raw(json.dumps(body).encode()), signer=self._signer))
        return symbol

    def _retry(self, stream: int, invocations: Mapping[str, int]) -> None:
        """Sets how often the mapping and Lambda itself try again."""
        self._functions.update_event_source_mapping(UUID=self._mapping["UUID"], MaximumRetryAttempts=stream)
        for name, attempts in invocations.items():
            kept = {key: self._invocations[name][key] for key in ("MaximumEventAgeInSeconds", "DestinationConfig")}
            self._functions.put_function_event_invoke_config(
                FunctionName=self._named(name), MaximumRetryAttempts=attempts, **kept
            )

    def _items(self, symbol: str) -> list[dict[str, Any]]:
        return self._tables.query(
            TableName=self._named(TABLE),
            KeyConditionExpression="symbol = :symbol",
            ExpressionAttributeValues={":symbol": {"S": symbol}},
            ConsistentRead=True,
        )["Items"]

    def _forget(self, symbol: str) -> None:
        for item in self._items(symbol):
            key = {name: item[name] for name in ("symbol", "timestamp")}
            self._tables.delete_item(TableName=self._named(TABLE), Key=key)


exercise = PriceEnrichmentExercise


def _arrived(message: Message) -> datetime:
    """When the first record came of a batch that a stream mapping gave up."""
    return datetime.fromisoformat(json.loads(message["Body"])["DDBStreamBatchInfo"]["approximateArrivalOfFirstRecord"])
