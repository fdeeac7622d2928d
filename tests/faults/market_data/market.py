"""Trades as they come in, and what is made of them."""

import json
from collections.abc import Mapping
from typing import Any

from services.market_data.system import market_data, processing, state
from shared.model import Queue
from tests.faults.laboratory.account import NAMING
from tests.faults.laboratory.laboratory import Laboratory
from tests.faults.scenarios.market_data import MarketData

KEY = "in/day.csv"
HOUR = {"from": "2026-11-21T09:00:00Z", "to": "2026-11-21T10:00:00Z"}


def tick(number: int = 1, **other: Any) -> dict[str, Any]:
    """The trade of a second of the first five-minute window after nine."""
    return {
        "symbol": "AAPL",
        "timestamp": f"2026-11-21T09:00:{number:02}Z",
        "price": "10",
        "size": "1",
        "trade_id": str(number),
    } | other


class Market:
    """The system at work, its queues, and its aggregates."""

    def __init__(self, lab: Laboratory) -> None:
        self.lab, self.scenario = lab, MarketData()
        self.scenario.prepare(lab)

    def ask(self, body: object, path: str = "/ingest") -> tuple[int, dict[str, Any]]:
        result = self.scenario.ask(self.lab, path, body)
        assert result.error is None
        return result.answer["statusCode"], json.loads(result.answer["body"])

    def post(self, *ticks: Mapping[str, Any]) -> None:
        """Ticks in one request, until their windows are computed."""
        assert self.ask({"ticks": ticks})[0] == 202
        self.lab.settle()

    def upload(self, content: bytes, key: str = KEY) -> None:
        self.lab.account.s3.put_object(Bucket=NAMING.name(market_data), Key=key, Body=content)
        self.lab.settle()

    def windows(self, symbol: str = "AAPL", **other: Any) -> list[dict[str, Any]]:
        status, page = self.ask({"symbol": symbol, **HOUR, **other}, "/aggregates")
        assert status == 200
        return page["aggregates"]

    def queued(self, queue: Queue = processing) -> list[dict[str, Any]]:
        """What waits in a queue, taken out of it."""
        return self.lab.account.drained(queue)

    def send(self, body: str, queue: Queue = processing) -> None:
        self.lab.account.sqs.send_message(QueueUrl=self.lab.account.url(queue), MessageBody=body)

    def process(self, *messages: Mapping[str, Any]) -> list[int]:
        """The places of the messages that a batch reports as failed."""
        records = [
            {
                "messageId": str(place),
                "body": message["Body"],
                "messageAttributes": {
                    name: {"stringValue": value["StringValue"], "dataType": "String"}
                    for name, value in message.get("MessageAttributes", {}).items()
                },
            }
            for place, message in enumerate(messages)
        ]
        result = self.lab.call("DataProcessor", {"Records": records})
        assert result.error is None
        return [int(failure["itemIdentifier"]) for failure in result.answer["batchItemFailures"]]

    def messages(self, *ticks: Mapping[str, Any]) -> list[dict[str, Any]]:
        """A message for each tick, as ingestion makes them, taken out of the queue."""
        for one in ticks:
            assert self.ask({"ticks": [one]})[0] == 202
        return self.queued()

    def trades(self) -> int:
        return sum("quantity" in item for item in self.lab.account.items(state))

    def events(self) -> list[str]:
        """The ids of all events that another team has seen."""
        return [event["message_id"] for event in self.scenario.events(self.lab)]

    def refused_lines(self) -> list[int]:
        reports = self.scenario.reports(self.lab).values()
        return [json.loads(line)["line"] for report in reports for line in report.splitlines()]
