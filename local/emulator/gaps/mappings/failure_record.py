"""The record that Lambda sends about a discarded batch of a stream, by the rights of the function's role."""

import json
import logging
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from local.emulator.gaps.metrics.functions import note
from local.emulator.gaps.roles import client_for
from local.emulator.gaps.settings import GapSettings

SHARD = "shardId-00000000000000000000-00000000"
logger = logging.getLogger("mappings")


@dataclass(frozen=True)
class Discarded:
    """Records that were given up, why, and after how many invocations."""

    records: list[dict[str, Any]]
    condition: str
    invocations: int


def send(settings: GapSettings, mapping: dict[str, Any], config: dict[str, Any], discarded: Discarded) -> None:
    """Tell the mapping's on-failure destination, if it has one, what was given up."""
    target = ((mapping.get("DestinationConfig") or {}).get("OnFailure") or {}).get("Destination", "")
    if not target:
        return
    text = json.dumps(failure_record(mapping, config, discarded))
    try:
        if ":sns:" in target:
            client_for("sns", config, settings).publish(TopicArn=target, Message=text)
        else:
            queues = client_for("sqs", config, settings)
            url = f"{settings.url}/{target.split(':')[4]}/{target.rpartition(':')[2]}"
            queues.send_message(QueueUrl=url, MessageBody=text)
    except Exception:
        # Lambda drops what it may not deliver; the metric and the log are the only traces of it.
        logger.exception("The record about a discarded batch could not be sent to %s", target)
        note(config["FunctionName"], "DestinationDeliveryFailures", 1)


def failure_record(mapping: dict[str, Any], config: dict[str, Any], discarded: Discarded) -> dict[str, Any]:
    """What the destination gets: where in the stream the records are, and not the records."""
    first, last = discarded.records[0]["dynamodb"], discarded.records[-1]["dynamodb"]
    context: dict[str, Any] = {
        "requestId": str(uuid4()),
        "functionArn": config["FunctionArn"],
        "condition": discarded.condition,
        "approximateInvokeCount": discarded.invocations,
    }
    response = {"statusCode": 200, "executedVersion": config.get("Version", "$LATEST"), "functionError": "Unhandled"}
    return {
        "requestContext": context,
        "responseContext": response,
        "version": "1.0",
        "timestamp": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S.%f}"[:-3] + "Z",
        "DDBStreamBatchInfo": {
            "shardId": SHARD,
            "startSequenceNumber": first["SequenceNumber"],
            "endSequenceNumber": last["SequenceNumber"],
            "approximateArrivalOfFirstRecord": _time(first),
            "approximateArrivalOfLastRecord": _time(last),
            "batchSize": len(discarded.records),
            "streamArn": mapping["EventSourceArn"],
        },
    }


def _time(change: dict[str, Any]) -> str:
    return f"{datetime.fromtimestamp(change['ApproximateCreationDateTime'], UTC):%Y-%m-%dT%H:%M:%SZ}"
