"""Exercises both functions of the price-alerts system: a cold webhook, a crossing, a batch pass, and a failure."""

import json
import uuid
from collections.abc import Mapping
from typing import Any

import msgspec

from operations.mailbox import Mailbox, Message
from operations.privileges.exercise import Flow
from operations.privileges.listener import TopicListener
from operations.privileges.patience import Patience
from operations.pulumi_command import PulumiCommand
from operations.signing_secrets import signing_secrets
from operations.webhooks import Sample, sender_of
from services.common.timestamp import utc_now
from services.price_alerts.rules import Rules
from shared.contract import output_key
from shared.model import System

INGESTION, EVALUATION = "webhook-ingestion", "rule-evaluation"
RULES, HISTORY = "alert-rules", "price-history"
USER = "iam-mutants"
ACCEPTED = 202


class PriceAlertsExercise:
    """Whatever it writes it takes away again, and its own subscription of the topic, too."""

    def __init__(self, pulumi: PulumiCommand, system: System) -> None:
        target = pulumi.target
        self._naming = target.naming()
        self._sender = sender_of(pulumi, system)
        self._signer = next(iter(filter(None, signing_secrets(pulumi, system).by_signer)))
        self._tables, self._functions = target.client("dynamodb"), target.client("lambda")
        self._sqs, self._sns = target.client("sqs"), target.client("sns")
        self._rules = Rules(self._tables, self._named(RULES), utc_now)
        (topic,) = system.topics
        self._topic = pulumi.outputs("messaging")[output_key(topic, "arn")]
        self._symbol = f"{uuid.uuid4().hex[:12].upper()}-USD"
        self._patience = Patience()
        failures = self._sqs.get_queue_url(QueueName=self._named(f"{EVALUATION}-failures"))["QueueUrl"]
        self._failures = Mailbox(self._sqs, failures, self._is_ours)
        self._invocations = self._functions.get_function_event_invoke_config(FunctionName=self._named(EVALUATION))
        self._listeners: list[TopicListener] = []

    @property
    def flows(self) -> Mapping[str, Flow]:
        """One flow a function."""
        return {INGESTION: self._ingest, EVALUATION: self._evaluate}

    def begin(self) -> None:
        """A queue listens to the topic, and what fails is given up at once."""
        self._listeners.append(TopicListener(self._sqs, self._sns, self._topic))
        self._retry(0)

    def end(self) -> None:
        """Nothing listens any more, retries are as they were, and others' messages are seen again."""
        self._retry(self._invocations["MaximumRetryAttempts"])
        self._failures.empty()
        self._failures.give_back()
        for listener in self._listeners:
            listener.close()

    def _ingest(self) -> list[str]:
        """A webhook to a cold function, which must decrypt its credentials."""
        name = self._named(INGESTION)
        timeout = self._functions.get_function_configuration(FunctionName=name)["Timeout"]
        self._functions.update_function_configuration(FunctionName=name, Timeout=timeout)
        status = self._post()
        self._forget_prices()
        return [] if status == ACCEPTED else [f"the webhook is answered {status}"]

    def _evaluate(self) -> list[str]:
        """A price that fires a rule, a batch pass, and an invocation that fails."""
        (listener,) = self._listeners
        alerts = Mailbox(self._sqs, listener.url, self._is_ours)
        alerts.empty()
        rule = self._rules.add(USER, self._symbol, "above", "1")
        self._post()
        fails = f"{self._symbol}-{uuid.uuid4().hex}"
        self._invoke({"fails": fails}, "Event")
        awaited = [
            ("no alert", lambda: alerts.holds(lambda one: rule.alert_id in one["Body"])),
            ("no dead letter of the invocation", lambda: self._failures.holds(lambda one: fails in one["Body"])),
        ]
        missing = self._patience.not_happened(awaited)
        passed = self._invoke({"batch_pass": True}, "RequestResponse")
        self._rules.remove(USER, rule.alert_id)
        self._forget_prices()
        return [*missing, *(["the batch pass fails"] if "FunctionError" in passed else [])]

    def _named(self, name: str) -> str:
        return self._naming.suffixed(name)

    def _is_ours(self, message: Message) -> bool:
        return self._symbol in message["Body"]

    def _post(self) -> int:
        body = {"exchange": self._signer, "symbol": self._symbol, "price": "2"}
        return self._sender.post(Sample(body=msgspec.Raw(json.dumps(body).encode()), signer=self._signer)).status

    def _invoke(self, event: Mapping[str, object], kind: str) -> Mapping[str, Any]:
        asked = {"FunctionName": self._named(EVALUATION), "InvocationType": kind, "Payload": json.dumps(event)}
        return self._functions.invoke(**asked)

    def _retry(self, attempts: int) -> None:
        """Sets how often Lambda tries an asynchronous invocation again."""
        kept = {name: self._invocations[name] for name in ("MaximumEventAgeInSeconds", "DestinationConfig")}
        self._functions.put_function_event_invoke_config(
            FunctionName=self._named(EVALUATION), MaximumRetryAttempts=attempts, **kept
        )

    def _forget_prices(self) -> None:
        """Takes away the symbol's prices; its registration as active runs out by itself."""
        table = self._named(HISTORY)
        found = self._tables.query(
            TableName=table,
            KeyConditionExpression="symbol = :symbol",
            ExpressionAttributeValues={":symbol": {"S": self._symbol}},
        )
        for item in found["Items"]:
            self._tables.delete_item(TableName=table, Key={name: item[name] for name in ("symbol", "entry")})


exercise = PriceAlertsExercise
