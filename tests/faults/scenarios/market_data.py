"""Vendors' trades, by file and by request, until the aggregates of their windows stand."""

import gzip
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import timedelta
from http import HTTPStatus
from random import Random
from typing import Any

import boto3

from services.market_data.ingestion import SECTION_LINES
from services.market_data.state_keys import ACTIVE, KNOWN
from services.market_data.system import events, market_data, state, system
from tests.faults.laboratory.account import NAMING
from tests.faults.laboratory.faults import Fault, Slow, nth
from tests.faults.laboratory.laboratory import Laboratory
from tests.faults.laboratory.process import Result
from tests.faults.scenarios.proxy_event import proxy_event
from tests.faults.scenarios.scenario import Message, Outcome

HEADER = "symbol,timestamp,price,size,trade_id,venue\n"
FILE = "in/day.csv.gz"
NAMED = "archive/msft.txt"
FILES = {
    # Two windows, and a line that is no trade.
    FILE: HEADER
    + "AAPL,2026-11-20T14:30:00.000123Z,271.12,100,1,xnas\n"
    + "AAPL,2026-11-20T14:35:00Z,271.125,7,2,xnas\n"
    + "AAPL,2026-11-20T14:30:02Z,-271.13,100,4,xnas\n",
    # Of two sections, for blank lines are lines; and of a name that runs nothing when it is uploaded.
    NAMED: HEADER + "MSFT,2026-11-20T14:30:00Z,420.5,2,1,xnas\n" + "\n" * SECTION_LINES
    + "MSFT,2026-11-20T14:31:00Z,421.5,2,2,xnas\n",
}  # fmt: skip
POSTED = "posted"
TICKS: list[dict[str, Any]] = [
    # Late, for a window that the file has touched.
    {"symbol": "AAPL", "timestamp": "2026-11-20T14:34:59.999999Z", "price": "271.2", "size": 1, "trade_id": "5"},
    {"symbol": "MSFT", "timestamp": "2026-11-20T14:32:00Z", "price": "0.1", "size": "0.2", "trade_id": "a"},
]
LISTENER = "windows-touched-seen"
# Longer than a request is worked on before its file is handed on.
SLOW_S = 20


def numbered(name: str) -> list[dict[str, Any]]:
    """The trades of a name that has a number: two in one window, which is that of four more names, too."""
    number = int("".join(filter(str.isdecimal, name)))
    times = [f"2026-11-20T14:3{minute}:{number % 60:02}Z" for minute in (0, 4)]
    symbol, size = f"S{number // 5}", f"0.{number + 1}"
    return [
        {"symbol": symbol, "timestamp": time, "price": f"{number + 1}.5", "size": size, "trade_id": f"{number}-{place}"}
        for place, time in enumerate(times)
    ]


def _lines(ticks: Sequence[Mapping[str, Any]]) -> str:
    """The trades in a file, behind a line that is none."""
    trades = [",".join([*tick.values(), "xnas"]) for tick in ticks]
    return "\n".join(["no trade", *trades, ""])


class MarketData:
    """A file with a line that is no trade, posted trades, and a file asked for by its name, too long for one go."""

    system = system
    secrets: Mapping[str, str] = {}
    inputs: Sequence[str] = (FILE, POSTED, NAMED)
    # The sweep runs every five minutes and takes what is older than one.
    heals_within = timedelta(minutes=7)

    def many(self, count: int) -> Sequence[str]:
        return [f"in/{number}.csv" if number % 2 else f"posted-{number}" for number in range(count)]

    def disordered(self, names: list[str], random: Random) -> list[str]:
        """No trade depends on another."""
        return random.sample(names, len(names))

    def prepare(self, laboratory: Laboratory) -> None:
        """The file that is asked for by its name, and another team's rule on the bus."""
        self.upload(laboratory, NAMED)
        laboratory.account.sqs.create_queue(QueueName=LISTENER)
        bus = boto3.client("events")
        bus.put_rule(Name=LISTENER, EventBusName=NAMING.name(events), EventPattern='{"source": ["market-data"]}')
        arn = f"arn:aws:sqs:{NAMING.region}:{NAMING.account_id}:{LISTENER}"
        bus.put_targets(Rule=LISTENER, EventBusName=NAMING.name(events), Targets=[{"Id": "queue", "Arn": arn}])
        self.seen: list[dict[str, Any]] = []

    def offer(self, laboratory: Laboratory, name: str) -> bool:
        if name == NAMED:
            # Its bytes come so slowly that there is no time for its second section.
            laboratory.wire.faults.append(Fault(Slow(SLOW_S), "s3.GetObject", turn=nth(2)))
            return self.post(laboratory, "/ingest", {"key": name}) in (HTTPStatus.OK, HTTPStatus.ACCEPTED)
        if name.startswith("in/"):
            self.upload(laboratory, name)
            return True
        ticks = TICKS if name == POSTED else numbered(name)
        return self.post(laboratory, "/ingest", {"ticks": ticks}) == HTTPStatus.ACCEPTED

    def upload(self, laboratory: Laboratory, name: str) -> None:
        content = (FILES.get(name) or HEADER + _lines(numbered(name))).encode()
        packed = gzip.compress(content, mtime=0) if name.endswith(".gz") else content
        laboratory.account.s3.put_object(Bucket=NAMING.name(market_data), Key=name, Body=packed)

    def post(self, laboratory: Laboratory, path: str, body: object) -> int | None:
        answer = self.ask(laboratory, path, body).answer
        return answer["statusCode"] if answer else None

    def ask(self, laboratory: Laboratory, path: str, body: object) -> Result:
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        function = {"/ingest": "DataIngestion", "/aggregates": "DataAggregator"}[path]
        return laboratory.call(function, proxy_event("POST", path, raw, {}, laboratory.clock.now()))

    def outcome(self, laboratory: Laboratory) -> Outcome:
        # Marks of messages may be missing, where one was refused: then the only harm is a copy. So may active symbols,
        # which a gauge counts: they are registered again with their next trades.
        items = [
            item for item in laboratory.account.items(state) if not item["symbol"]["S"].startswith((KNOWN, ACTIVE))
        ]
        stored = {_name(item): _lasting(item) for item in items}
        stored |= {f"report on {key}": lines for key, lines in self.reports(laboratory).items()}
        told = self.events(laboratory)
        return Outcome(
            stored,
            {event["message_id"]: (event["symbol"], event["windows"]) for event in told},
            Counter(event["message_id"] for event in told),
        )

    def events(self, laboratory: Laboratory) -> list[dict[str, Any]]:
        """All that the other team has seen on the bus."""
        self.seen += [json.loads(message["Body"])["detail"] for message in laboratory.account.drained(LISTENER)]
        return self.seen

    def reports(self, laboratory: Laboratory) -> dict[str, str]:
        """By object and line, without the version that S3 gave the object."""
        bucket, s3, found = NAMING.name(market_data), laboratory.account.s3, dict[str, str]()
        for one in s3.list_objects_v2(Bucket=bucket, Prefix="reports/").get("Contents", []):
            name, _, line = one["Key"].rsplit("/", 2)
            found[f"{name} {line}"] = s3.get_object(Bucket=bucket, Key=one["Key"])["Body"].read().decode()
        return found

    def redrive(self, laboratory: Laboratory, letters: Mapping[str, Sequence[Message]]) -> None:
        """Messages go back to their queues, events to their functions; windows are the schedule's."""
        for name, messages in letters.items():
            source = name.removesuffix("-dlq")
            for message in messages:
                if source in ("ProcessingQueue", "IngestionQueue"):
                    laboratory.account.sqs.send_message(
                        QueueUrl=laboratory.account.url(NAMING.suffixed(source)),
                        MessageBody=message["Body"],
                        MessageAttributes=message.get("MessageAttributes", {}),
                    )
                else:
                    laboratory.invocations[name.removesuffix("-failures")].put_back(message)
        laboratory.settle()
        laboratory.let_pass(seconds=self.heals_within.total_seconds())


def _name(item: Mapping[str, Any]) -> str:
    symbol, place = item["symbol"]["S"], item["timestamp"]["N"]
    if symbol.startswith("#ingestion#"):
        return f"progress of {symbol.split('#', 3)[3]}"
    return f"{symbol} {place}"


def _lasting(item: Mapping[str, Any]) -> dict[str, object]:
    # How often a window was touched and computed tells of repetition alone; when, of the time.
    passing = ("symbol", "touched", "computed", "computed_at", "closes_at", "expires_at")
    lasting: dict[str, object] = {name: value for name, value in item.items() if name not in passing}
    if "touched" in item:
        lasting["up_to_date"] = item["touched"] == item.get("computed")
    return lasting
