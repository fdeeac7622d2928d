"""Tells of an asynchronous invocation's end, by the rights of the function's role."""

import json
import logging
from typing import Any

from local.emulator.gaps.asynchronous.outcome import SUCCESS, Outcome
from local.emulator.gaps.metrics.functions import note
from local.emulator.gaps.roles import client_for
from local.emulator.gaps.settings import GapSettings

logger = logging.getLogger("asynchronous")


def tell(settings: GapSettings, config: dict[str, Any], configured: dict[str, Any], outcome: Outcome) -> None:
    """Send the record to the destination for this end, and a failed event to the function's dead-letter queue."""
    end = "OnSuccess" if outcome.condition == SUCCESS else "OnFailure"
    destination = ((configured.get("DestinationConfig") or {}).get(end) or {}).get("Destination")
    dead_letters = (config.get("DeadLetterConfig") or {}).get("TargetArn")
    if destination:
        sender = _Sender(settings, config, "DestinationDeliveryFailures")
        sender.send(destination, json.dumps(outcome.record(config)), {}, end.removeprefix("On"))
    if dead_letters and outcome.condition != SUCCESS:
        sender = _Sender(settings, config, "DeadLetterErrors")
        sender.send(dead_letters, json.dumps(outcome.event), outcome.attributes(), end.removeprefix("On"))


class _Sender:
    """Sends as the role of the function `config`; counts in `failures` what it may not send."""

    def __init__(self, settings: GapSettings, config: dict[str, Any], failures: str) -> None:
        self._settings, self._config, self._failures = settings, config, failures

    def send(self, target: str, text: str, attributes: dict[str, Any], end: str) -> None:
        try:
            self._send(target, text, attributes, end)
        except Exception:
            # Lambda drops what it may not deliver; the metric and the log are the only traces of it.
            logger.exception("The end of an invocation of %s could not be told", self._config["FunctionName"])
            note(self._config["FunctionName"], self._failures, 1)

    def _send(self, target: str, text: str, attributes: dict[str, Any], end: str) -> None:
        service = target.split(":")[2]
        client = client_for(service, self._config, self._settings)
        if service == "sqs":
            url = f"{self._settings.url}/{target.split(':')[4]}/{target.rpartition(':')[2]}"
            client.send_message(QueueUrl=url, MessageBody=text, MessageAttributes=attributes)
        elif service == "sns":
            client.publish(TopicArn=target, Message=text, MessageAttributes=attributes)
        elif service == "lambda":
            client.invoke(FunctionName=target, InvocationType="Event", Payload=text.encode())
        elif service == "events":
            kind = f"Lambda Function Invocation Result - {end}"
            sources = [target, self._config["FunctionArn"]]
            entry = {"Source": "lambda", "DetailType": kind, "Detail": text, "Resources": sources}
            answer = client.put_events(Entries=[{**entry, "EventBusName": target.rpartition("/")[2]}])
            if answer["FailedEntryCount"]:
                raise ValueError(answer["Entries"][0])
        else:
            raise ValueError(f"{target}: the emulator has no destinations of this service")
