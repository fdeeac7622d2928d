"""Exercises both functions of the transactions system: webhooks, stream, sweep, and both ways to fail."""

import json
import uuid
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec

from operations.mailbox import Mailbox, Message
from operations.privileges.exercise import Flow
from operations.privileges.patience import Patience
from operations.pulumi_command import PulumiCommand
from operations.webhooks import Sample, sender_of
from shared.model import System

VALIDATOR, ROUTER = "webhook-validator", "transaction-router"
QUEUES = {"payment": "payments-queue", "refund": "refunds-queue", "dispute": "disputes-queue"}
ACCEPTED = 202


class TransactionsExercise:
    """Whatever it sends and puts it takes away again, so that no trial finds another's."""

    def __init__(self, pulumi: PulumiCommand, system: System) -> None:
        target = pulumi.target
        self._naming = target.naming()
        self._sender = sender_of(pulumi, system)
        self._tables, self._functions = target.client("dynamodb"), target.client("lambda")
        self._run = f"iam-mutants-{uuid.uuid4()}"
        self._begun = datetime.now(UTC)
        self._patience = Patience()
        sqs = target.client("sqs")
        self._queues = {kind: self._mailbox(sqs, queue, self._is_ours) for kind, queue in QUEUES.items()}
        self._stream_failures = self._mailbox(sqs, f"{ROUTER}-stream-dlq", self._is_new)
        self._failures = self._mailbox(sqs, f"{ROUTER}-failures", self._is_ours)
        router = {"FunctionName": self._named(ROUTER)}
        (self._mapping,) = self._functions.list_event_source_mappings(**router)["EventSourceMappings"]
        self._invocations = self._functions.get_function_event_invoke_config(**router)

    @property
    def flows(self) -> Mapping[str, Flow]:
        """One flow a function."""
        return {VALIDATOR: self._validate, ROUTER: self._route}

    def begin(self) -> None:
        """What fails is given up at once."""
        self._retry(0, 0)

    def end(self) -> None:
        """Retries are as they were, and others' messages are seen again."""
        self._retry(self._mapping["MaximumRetryAttempts"], self._invocations["MaximumRetryAttempts"])
        for mailbox in (*self._queues.values(), self._stream_failures, self._failures):
            mailbox.empty()
            mailbox.give_back()

    def _validate(self) -> list[str]:
        """A webhook to a cold validator, which must read its secrets."""
        name = self._named(VALIDATOR)
        timeout = self._functions.get_function_configuration(FunctionName=name)["Timeout"]
        self._functions.update_function_configuration(FunctionName=name, Timeout=timeout)
        event_id, status = self._post("payment")
        self._forget([event_id])
        return [] if status == ACCEPTED else [f"the webhook is answered {status}"]

    def _route(self) -> list[str]:
        """A webhook of each type, an item that can't be routed, an invocation that fails, and a sweep."""
        # What tells of the records is exact to the second only.
        begun = datetime.now(UTC).replace(microsecond=0)
        self._stream_failures.empty()
        events = {kind: self._post(kind)[0] for kind in QUEUES}
        poison, invocation = self._new_id(), self._new_id()
        self._put_poison(poison)
        self._invoke({"fails": invocation}, "Event")
        swept = self._invoke({"sweep": True}, "RequestResponse")
        awaited = [(f"nothing in {QUEUES[kind]}", self._arrival(kind, event)) for kind, event in events.items()]
        awaited += [
            ("no event is marked", lambda: self._marked(events.values())),
            ("no dead letter of the stream", lambda: self._stream_failures.holds(lambda one: _arrived(one) >= begun)),
            ("no dead letter of the invocation", lambda: self._failures.holds(lambda one: invocation in one["Body"])),
        ]
        missing = self._patience.not_happened(awaited)
        self._forget([*events.values(), poison])
        return [*missing, *(["the sweep fails"] if "FunctionError" in swept else [])]

    def _retry(self, stream: int, invocation: int) -> None:
        """Sets how often the router's mapping and Lambda itself try again."""
        self._functions.update_event_source_mapping(UUID=self._mapping["UUID"], MaximumRetryAttempts=stream)
        asked = {"FunctionName": self._named(ROUTER), "MaximumRetryAttempts": invocation}
        kept = ("MaximumEventAgeInSeconds", "DestinationConfig")
        self._functions.put_function_event_invoke_config(**asked, **{name: self._invocations[name] for name in kept})

    def _named(self, name: str) -> str:
        return self._naming.suffixed(name)

    def _new_id(self) -> str:
        return f"{self._run}-{uuid.uuid4().hex[:8]}"

    def _mailbox(self, sqs: Any, queue: str, ours: Callable[[Message], bool]) -> Mailbox:
        return Mailbox(sqs, sqs.get_queue_url(QueueName=self._named(queue))["QueueUrl"], ours)

    def _is_ours(self, message: Message) -> bool:
        return self._run in message["Body"]

    def _is_new(self, message: Message) -> bool:
        return _arrived(message) >= self._begun.replace(microsecond=0)

    def _post(self, kind: str) -> tuple[str, int]:
        event_id = self._new_id()
        body = {"event_id": event_id, "transaction_type": kind, "amount": "1", "timestamp": self._begun.isoformat()}
        return event_id, self._sender.post(Sample(body=msgspec.Raw(json.dumps(body).encode()))).status

    def _put_poison(self, event_id: str) -> None:
        """An unrouted item without an event, too young for the sweep."""
        item = {"event_id": event_id, "unrouted": "0", "received_at": datetime.now(UTC).isoformat()}
        values = {name: {"S": value} for name, value in item.items()}
        self._tables.put_item(TableName=self._named("transaction-events"), Item=values)

    def _forget(self, event_ids: Iterable[str]) -> None:
        for event_id in event_ids:
            key = {"event_id": {"S": event_id}}
            self._tables.delete_item(TableName=self._named("transaction-events"), Key=key)

    def _invoke(self, event: Mapping[str, object], kind: str) -> Mapping[str, Any]:
        asked = {"FunctionName": self._named(ROUTER), "InvocationType": kind, "Payload": json.dumps(event)}
        return self._functions.invoke(**asked)

    def _arrival(self, kind: str, event_id: str) -> Callable[[], bool]:
        return lambda: self._queues[kind].holds(lambda one: event_id in one["Body"])

    def _marked(self, event_ids: Iterable[str]) -> bool:
        table = self._named("transaction-events")
        keys = [{"event_id": {"S": event_id}} for event_id in event_ids]
        answer = self._tables.batch_get_item(RequestItems={table: {"Keys": keys, "ConsistentRead": True}})
        return any("routed_at" in item for item in answer["Responses"][table])


exercise = TransactionsExercise


def _arrived(message: Message) -> datetime:
    """When the first record came of a batch that a stream mapping gave up."""
    return datetime.fromisoformat(json.loads(message["Body"])["DDBStreamBatchInfo"]["approximateArrivalOfFirstRecord"])
