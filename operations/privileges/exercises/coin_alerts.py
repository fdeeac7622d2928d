"""Exercises both functions of the coin-alerts system: a cold pass with all there is to do, the stream, failures."""

import json
import urllib.request
import uuid
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from local.exchange import CONTROL
from operations.mailbox import Mailbox, Message
from operations.privileges.exercise import Flow
from operations.privileges.patience import Patience
from operations.pulumi_command import PulumiCommand
from shared.contract import output_key
from shared.model import System

CHECKER, PROCESSOR = "price-checker", "alert-processor"
ALERTS, WATCH = "crypto-alerts", "price-watch"
USER = "iam-mutants"
LONG_AGO = "2026-01-01T00:00:00.000000Z"
# More than a message can hold.
TOO_LONG = 300_000


class CoinAlertsExercise:
    """Whatever it writes it takes away again, and its own subscription of the topic, too."""

    def __init__(self, pulumi: PulumiCommand, system: System) -> None:
        target = pulumi.target
        self._naming = target.naming()
        self._control = f"{target.environ['AWS_ENDPOINT_URL']}{CONTROL}"
        self._tables, self._functions = target.client("dynamodb"), target.client("lambda")
        self._sqs, self._sns = target.client("sqs"), target.client("sns")
        (topic,) = system.topics
        self._topic = pulumi.outputs("messaging")[output_key(topic, "arn")]
        self._coin = f"M{uuid.uuid4().hex[:12].upper()}"
        self._begun = datetime.now(UTC).replace(microsecond=0)
        # What the one waits for takes longer than what the other does.
        self._patience, self._stream_patience = Patience(), Patience()
        self._failures = self._mailbox(f"{CHECKER}-failures", lambda one: self._coin in one["Body"])
        self._stream_failures = self._mailbox(f"{PROCESSOR}-stream-dlq", lambda one: _arrived(one) >= self._begun)
        self._invocations = self._functions.get_function_event_invoke_config(FunctionName=self._named(CHECKER))
        mappings = self._functions.list_event_source_mappings(FunctionName=self._named(PROCESSOR))
        (self._mapping,) = mappings["EventSourceMappings"]
        self._queue_url, self._subscription = "", ""

    @property
    def flows(self) -> Mapping[str, Flow]:
        """One flow a function."""
        return {CHECKER: self._check, PROCESSOR: self._process}

    def begin(self) -> None:
        """A queue listens to the topic; nothing waits for a batch to fill, and what fails is given up at once."""
        name = f"iam-mutants-{uuid.uuid4().hex}"
        self._queue_url = self._sqs.create_queue(QueueName=name)["QueueUrl"]
        asked = self._sqs.get_queue_attributes(QueueUrl=self._queue_url, AttributeNames=["QueueArn"])
        arn = asked["Attributes"]["QueueArn"]
        listens = {
            "Effect": "Allow",
            "Principal": {"Service": "sns.amazonaws.com"},
            "Action": "sqs:SendMessage",
            "Resource": arn,
            "Condition": {"ArnEquals": {"aws:SourceArn": self._topic}},
        }
        policy = json.dumps({"Version": "2012-10-17", "Statement": [listens]})
        self._sqs.set_queue_attributes(QueueUrl=self._queue_url, Attributes={"Policy": policy})
        made = self._sns.subscribe(TopicArn=self._topic, Protocol="sqs", Endpoint=arn, ReturnSubscriptionArn=True)
        self._subscription = made["SubscriptionArn"]
        self._hurry(window=0, stream_retries=0, retries=0)
        self._tell_price("2")

    def end(self) -> None:
        """All is as it was, and others' messages are seen again."""
        self._hurry(
            window=self._mapping["MaximumBatchingWindowInSeconds"],
            stream_retries=self._mapping["MaximumRetryAttempts"],
            retries=self._invocations["MaximumRetryAttempts"],
        )
        self._tell_price(None)
        for mailbox in (self._failures, self._stream_failures):
            mailbox.empty()
            mailbox.give_back()
        if self._subscription:
            self._sns.unsubscribe(SubscriptionArn=self._subscription)
        if self._queue_url:
            self._sqs.delete_queue(QueueUrl=self._queue_url)

    def _check(self) -> list[str]:
        """A pass that fails, then a cold one: an alert to trigger, a coin to let go, and a circuit to close."""
        alert, idle, fails = self._new_id(), f"coin#{self._coin}IDLE", self._new_id()
        # A circuit that can't be read.
        self._watch("circuit", {})
        self._invoke({"fails": fails}, "Event")
        missing = self._patience.not_happened(
            [("no dead letter of the invocation", lambda: self._failures.holds(lambda one: fails in one["Body"]))]
        )
        self._watch("circuit", {"failures": {"N": "1"}, "open_until": {"NULL": True}})
        self._watch(idle, {"registered_at": {"S": LONG_AGO}})
        self._write(alert, {})
        armed = self._patience.not_happened([("no alert is armed", lambda: "armed_for" in self._alert(alert))])
        self._forget_warm_instances()
        passed = self._invoke({}, "RequestResponse")
        done = {
            "the pass fails": "FunctionError" not in passed,
            "no alert is triggered": "triggered_at" in self._alert(alert),
            "the circuit stays as it was": self._watched("circuit").get("failures") == {"N": "0"},
            "the coin is not let go": not self._watched(idle),
        }
        self._forget(alert)
        self._unwatch("circuit", idle)
        return [*missing, *armed, *(name for name, happened in done.items() if not happened)]

    def _process(self) -> list[str]:
        """An alert that is written, one that is triggered, and one whose notification no message can hold."""
        alerts = Mailbox(self._sqs, self._queue_url, lambda one: self._coin in one["Body"])
        alerts.empty()
        self._stream_failures.empty()
        self._unwatch(f"coin#{self._coin}")
        # What tells of the records is exact to the second only.
        begun = datetime.now(UTC).replace(microsecond=0)
        new, triggered, poison = (self._new_id() for _ in range(3))
        self._write(new, {})
        self._write(triggered, _triggered(self._coin))
        self._write(poison, _triggered(self._coin, correlation_id="x" * TOO_LONG))
        awaited: list[tuple[str, Callable[[], bool]]] = [
            ("no alert is armed", lambda: "armed_for" in self._alert(new)),
            ("no coin is registered", lambda: bool(self._watched(f"coin#{self._coin}"))),
            ("no notification", lambda: alerts.holds(lambda one: triggered in one["Body"])),
            ("no alert is marked", lambda: "unnotified" not in self._alert(triggered)),
            ("no dead letter of the stream", lambda: self._stream_failures.holds(lambda one: _arrived(one) >= begun)),
        ]
        missing = self._stream_patience.not_happened(awaited)
        self._forget(new, triggered, poison)
        return missing

    def _named(self, name: str) -> str:
        return self._naming.suffixed(name)

    def _mailbox(self, queue: str, ours: Callable[[Message], bool]) -> Mailbox:
        return Mailbox(self._sqs, self._sqs.get_queue_url(QueueName=self._named(queue))["QueueUrl"], ours)

    def _new_id(self) -> str:
        return f"{self._coin}-{uuid.uuid4().hex[:8]}"

    def _write(self, alert: str, more: Mapping[str, Any]) -> None:
        terms = {"coinSymbol": {"S": self._coin}, "threshold": {"N": "1"}, "condition": {"S": "above"}}
        self._tables.put_item(TableName=self._named(ALERTS), Item={**_key(alert), **terms, **more})

    def _alert(self, alert: str) -> dict[str, Any]:
        found = self._tables.get_item(TableName=self._named(ALERTS), Key=_key(alert), ConsistentRead=True)
        return found.get("Item", {})

    def _forget(self, *alerts: str) -> None:
        for alert in alerts:
            self._tables.delete_item(TableName=self._named(ALERTS), Key=_key(alert))

    def _watch(self, entry: str, more: Mapping[str, Any]) -> None:
        self._tables.put_item(TableName=self._named(WATCH), Item={**_entry(entry), **more})

    def _watched(self, entry: str) -> dict[str, Any]:
        found = self._tables.get_item(TableName=self._named(WATCH), Key=_entry(entry), ConsistentRead=True)
        return found.get("Item", {})

    def _unwatch(self, *entries: str) -> None:
        for entry in entries:
            self._tables.delete_item(TableName=self._named(WATCH), Key=_entry(entry))

    def _invoke(self, event: Mapping[str, object], kind: str) -> Mapping[str, Any]:
        asked = {"FunctionName": self._named(CHECKER), "InvocationType": kind, "Payload": json.dumps(event)}
        return self._functions.invoke(**asked)

    def _forget_warm_instances(self) -> None:
        """A change, though of nothing, so that the next invocation decrypts its endpoint anew."""
        name = self._named(CHECKER)
        timeout = self._functions.get_function_configuration(FunctionName=name)["Timeout"]
        self._functions.update_function_configuration(FunctionName=name, Timeout=timeout)

    def _hurry(self, *, window: int, stream_retries: int, retries: int) -> None:
        self._functions.update_event_source_mapping(
            UUID=self._mapping["UUID"], MaximumBatchingWindowInSeconds=window, MaximumRetryAttempts=stream_retries
        )
        kept = {name: self._invocations[name] for name in ("MaximumEventAgeInSeconds", "DestinationConfig")}
        self._functions.put_function_event_invoke_config(
            FunctionName=self._named(CHECKER), MaximumRetryAttempts=retries, **kept
        )

    def _tell_price(self, price: str | None) -> None:
        body = json.dumps({"prices": {self._coin: price}}).encode()
        request = urllib.request.Request(self._control, body, method="PUT")  # noqa: S310 - loopback
        urllib.request.urlopen(request, timeout=5).close()  # noqa: S310 - loopback


def _key(alert: str) -> dict[str, Any]:
    return {"userId": {"S": USER}, "alertId": {"S": alert}}


def _entry(entry: str) -> dict[str, Any]:
    return {"exchange": {"S": "default"}, "entry": {"S": entry}}


def _triggered(coin: str, correlation_id: str = USER) -> dict[str, Any]:
    """What the checker writes to an alert that it triggers."""
    return {
        "revision": {"S": uuid.uuid4().hex},
        "armed_threshold": {"N": "1"},
        "triggered_for": {"S": f"{coin}#above"},
        "triggered_price": {"N": "2"},
        "triggered_at": {"S": LONG_AGO},
        "correlation_id": {"S": correlation_id},
        "unnotified": {"S": "0"},
        "touch_after": {"S": "2099-01-01T00:00:00.000000Z"},
    }


def _arrived(message: Message) -> datetime:
    """When the record that a dead letter tells of came into the stream."""
    batch = json.loads(message["Body"])["DDBStreamBatchInfo"]
    return datetime.fromisoformat(batch["approximateArrivalOfFirstRecord"])


exercise = CoinAlertsExercise
