"""What trades must outlive beyond what every system must: bad lines, spellings of numbers and times, closed windows."""

import base64
import json
from collections.abc import Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from services.market_data.system import ingestion, market_data, processing, state
from shared.model import Queue
from tests.faults.laboratory.account import NAMING
from tests.faults.laboratory.faults import Fault, Meanwhile, Refused, always, first
from tests.faults.laboratory.laboratory import Laboratory, laboratory
from tests.faults.scenarios.market_data import HEADER, MarketData
from tests.faults.scenarios.proxy_event import proxy_event

pytestmark = pytest.mark.fault_system("market-data")

KEY = "in/day.csv"
HOUR = {"from": "2026-11-21T09:00:00Z", "to": "2026-11-21T10:00:00Z"}
DAY_S = 86_400


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


@pytest.fixture
def market() -> Iterator[Market]:
    with laboratory(MarketData.system, MarketData.secrets) as lab:
        yield Market(lab)


@pytest.mark.fault_case(1, 29)
def test_a_request_that_is_sent_again_counts_once(market: Market) -> None:
    for _ in range(2):
        market.post(tick(1), tick(2))
    market.lab.let_pass(minutes=7)
    (window,) = market.windows()
    assert (window["count"], window["volume"]) == (2, "2")
    assert len(market.events()) == 1


@pytest.mark.fault_case(2)
def test_twenty_copies_in_parallel_count_once_and_tell_of_one_event(market: Market) -> None:
    (message,) = market.messages(tick())
    # Each has come as far as telling, and each computation as far as computing, when the next one begins.
    process = Fault(Meanwhile(lambda: market.process(message)), "eventbridge.PutEvents", first(19))
    market.lab.wire.faults.append(process)
    assert market.process(message) == []
    assert process.looked_at == 20
    sweep = {"sweep": True}
    market.lab.clock.pass_by(120)
    compute = Fault(Meanwhile(lambda: market.lab.call("DataAggregator", sweep)), "cloudwatch.PutMetricData", first(19))
    market.lab.wire.faults.append(compute)
    market.lab.call("DataAggregator", sweep)
    assert compute.looked_at == 20
    assert market.trades() == 1
    assert [window["count"] for window in market.windows()] == [1]
    # None had seen the mark of another.
    assert len(set(market.events())) == 1


@pytest.mark.fault_case(3)
def test_another_price_of_a_trade_takes_the_place_of_the_first(market: Market) -> None:
    market.post(tick(price="10"))
    market.post(tick(price="11"))
    market.lab.let_pass(minutes=7)
    (window,) = market.windows()
    assert (window["count"], window["open"], window["high"], window["low"]) == (1, "11", "11", "11")


@pytest.mark.fault_case(4)
def test_a_message_twice_in_a_batch_and_in_two_counts_and_is_told_once(market: Market) -> None:
    one, other = market.messages(tick(1), tick(2))
    assert market.process(one, other, one) == []
    assert market.process(other, one) == []
    market.lab.settle()
    market.lab.let_pass(minutes=7)
    assert [window["count"] for window in market.windows()] == [2]
    assert len(market.events()) == len(set(market.events())) == 2


@pytest.mark.fault_case(5)
@pytest.mark.parametrize("days", [1 / 24, 3, 28, 29, 31, 60])
def test_whenever_a_message_comes_again_nothing_is_told_or_counted_twice(market: Market, days: float) -> None:
    (message,) = market.messages(tick())
    assert market.process(message) == []
    market.lab.settle()
    before, told = market.windows(), market.events()
    market.lab.clock.pass_by(days * DAY_S + 1)
    assert market.process(message) == []
    market.lab.call("DataAggregator", {"sweep": True})
    market.lab.clock.pass_by(120)
    market.lab.call("DataAggregator", {"sweep": True})
    assert market.windows() == before
    assert market.events() == told
    assert len(told) == 1
    assert market.lab.metrics()["LateTicks"] == (days >= 29)


@pytest.mark.fault_case(8, 20)
@pytest.mark.parametrize("place", [0, 1, 2], ids=["first", "middle", "last"])
def test_a_message_that_holds_no_ticks_fails_alone(market: Market, place: int) -> None:
    batch: list[dict[str, Any]] = market.messages(tick(1), tick(2))
    batch.insert(place, {"Body": "null"})
    assert market.process(*batch) == [place]
    market.lab.settle()
    assert [window["count"] for window in market.windows()] == [2]


@pytest.mark.fault_case(8)
@pytest.mark.parametrize(("queue", "body"), [(processing, '{"schema_version": "1"}'), (ingestion, '{"key": "gone"}')])
def test_a_poison_message_is_in_the_dead_letter_queue_after_three_receives(
    market: Market, queue: Queue, body: str
) -> None:
    market.send(body, queue)
    market.post(tick())
    # At the fourth receive it is moved.
    market.lab.let_pass(seconds=4 * queue.visibility_timeout)
    (letter,) = market.lab.dead_letters()[queue.dead_letter_queue.name]
    assert letter["Body"] == body
    assert len(market.windows()) == 1


@pytest.mark.fault_case(8)
def test_the_event_of_an_object_that_is_gone_is_in_the_failure_queue_as_it_came(market: Market) -> None:
    event = {"Records": [{"eventSource": "aws:s3", "s3": {"object": {"key": "in/gone.csv", "versionId": "v"}}}]}
    market.lab.invocations["DataIngestion"].accept(event)
    market.lab.settle()
    (letter,) = market.lab.dead_letters()["DataIngestion-failures"]
    assert json.loads(letter["Body"])["requestPayload"] == event


@pytest.mark.fault_case(9)
def test_a_batch_that_is_all_bad_fails_whole_and_an_empty_one_does_nothing(market: Market) -> None:
    assert market.process(*[{"Body": body} for body in ("", "{}", "[]")]) == [0, 1, 2]
    assert market.process() == []
    assert market.trades() == 0
    assert market.events() == []


@pytest.mark.fault_case(10)
def test_a_message_without_an_id_or_a_body_is_known_by_its_receipt(market: Market) -> None:
    (message,) = market.messages(tick())
    assert market.process({"Body": message["Body"]}, {"Body": ""}) == [1]
    assert market.events() == ["0:AAPL:0"]


@pytest.mark.fault_case(18)
def test_windows_that_cannot_be_made_known_are_computed_by_the_schedule_and_told_later(market: Market) -> None:
    refused = Fault(Refused("InternalFailure", 500), "eventbridge.PutEvents", always)
    market.lab.wire.faults.append(refused)
    market.post(tick())
    market.lab.let_pass(minutes=20)
    assert [window["count"] for window in market.windows()] == [1]
    assert market.events() == []
    letters = market.lab.dead_letters()
    assert {name: len(messages) for name, messages in letters.items()} == {"ProcessingQueue-dlq": 1}
    refused.turn = first(0)
    market.scenario.redrive(market.lab, letters)
    assert len(market.events()) == 1
    assert [window["count"] for window in market.windows()] == [1]


@pytest.mark.fault_case(19)
@pytest.mark.parametrize("size", [2**20 - 1, 2**20 + 1, 7 * 2**20, 11 * 2**20])
def test_a_large_body_is_taken_for_its_ticks_or_refused_by_field(market: Market, size: int) -> None:
    short = json.dumps({"ticks": [tick(note="")]}).encode()
    filling = "x" * (size - len(short))
    assert market.ask({"ticks": [tick(note=filling)]})[0] == 202
    assert all(len(message["Body"]) < 300 for message in market.queued())
    status, answer = market.ask({"ticks": [tick(trade_id=filling)]})
    assert (status, answer["field"]) == (400, "ticks[0].trade_id")
    assert len(answer["message"]) < 300
    assert market.queued() == []


@pytest.mark.fault_case(19)
def test_as_many_ticks_as_a_request_may_have_fit_a_message_however_long_they_are(market: Market) -> None:
    ticks = [
        tick(symbol="A" * 32, price="9" * 18 + "." + "9" * 18, size="9" * 18 + "." + "9" * 18, trade_id=f"{number:064}")
        for number in range(500)
    ]
    market.post(*ticks)
    assert market.trades() == 500
    assert [window["count"] for window in market.windows("A" * 32)] == [500]


@pytest.mark.fault_case(19, 20, 22, 23)
def test_lines_that_are_no_trades_are_reported_and_the_others_counted(market: Market) -> None:
    bad = [
        b"AAPL,2026-11-21T09:00:01Z,1,1,1",
        b"AAPL,2026-11-21T09:00:01Z,NaN,1,1,",
        b"AAPL,2026-11-21T09:00:01Z,1e400,1,1,",
        b"AAPL,2026-11-21T09:00:01Z,-0,1,1,",
        b"AAPL,2026-11-21T09:00:01Z,1_000,1,1,",
        "AAPL,2026-11-21T09:00:01Z,\u0661,1,1,".encode(),
        b"AAPL,2026-11-21T09:00:01Z," + b"9" * 39 + b",1,1,",
        b"AAPL,2026-11-21T09:00:01Z," + b"9" * 5_000 + b",1,1,",
        "A\u0308APL,2026-11-21T09:00:01Z,1,1,1,".encode(),
        "\U0001f600,2026-11-21T09:00:01Z,1,1,1,".encode(),
        b"AA\0PL,2026-11-21T09:00:01Z,1,1,1,",
        b"AA\xed\xa0\x80PL,2026-11-21T09:00:01Z,1,1,1,",
        b"AAPL,2026-11-21T09:00:01,1,1,1,",
    ]
    # Nothing is wrong with it but its length.
    long = b"AAPL,2026-11-21T09:00:01Z,1,1,1,," + b"n" * 2**20
    good = [b"AAPL,2026-11-21T09:00:02Z,10,1,2,", b"AAPL,1795251603,10,1,3,"]
    # With a byte order mark, as spreadsheets write it.
    header = b"\xef\xbb\xbf" + HEADER.strip().encode() + b",note"
    market.upload(b"\n".join([header, good[0] + b",", *[line + b"," for line in bad], long, good[1] + b","]))
    assert market.refused_lines() == list(range(3, 4 + len(bad)))
    assert [window["count"] for window in market.windows()] == [2]


@pytest.mark.fault_case(20)
@pytest.mark.parametrize("path", ["/ingest", "/aggregates"])
@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"null", b"[]", b"7", b'"text"', b"\xef\xbb\xbf{}", b"\xff\xfe", b'{"key":"\\ud800"}', b"\0",
        b'{"key":' + b"[" * 10_000 + b"]" * 10_000 + b"}", b'{"key":' + b"[" * 33 + b"]" * 33 + b"}",
    ],
)  # fmt: skip
def test_a_body_that_is_no_object_is_a_400(market: Market, path: str, body: bytes) -> None:
    status, answer = market.ask(body, path)
    assert (status, answer["field"]) == (400, "body")
    assert market.queued() == []


@pytest.mark.fault_case(20)
def test_of_a_key_that_is_repeated_the_last_one_counts(market: Market) -> None:
    body = json.dumps({"ticks": [tick()]})[:-3].encode() + b', "price": "12"}]}'
    assert market.ask(body)[0] == 202
    market.lab.settle()
    assert [window["open"] for window in market.windows()] == ["12"]


@pytest.mark.fault_case(20, 22, 23, 27)
@pytest.mark.parametrize(
    ("field", "value"),
    [
        *[("price", text) for text in ("NaN", "-Infinity", "1e400", "-0", "-1", "1_000", "\u0661\u0662", "", " 1")],
        *[("size", number) for number in (True, [], {}, -1, 10**18, 10**38)],
        ("price", "9" * 5_000),
        *[("symbol", text) for text in ("", "A" * 33, "\u00c5PL", "A\u030aPL", "\U0001f600", "A\0", "#active", 7)],
        *[("venue", text) for text in ("\u00fc", "v" * 33, 7)],
        *[("trade_id", text) for text in ("", None, "\u0661", "a b", "x" * 65, 1.5, [])],
        *[("timestamp", text) for text in (
            "2026-11-21T09:00:01", "2026-11-21", 17_952_516, 179525160100, -1, True, None, "2026-02-30T09:00:00Z",
            "1969-12-31T23:59:59Z", "2026-11-21T10:05:01Z", 1795255501, 1795255501000)],
    ],
)  # fmt: skip
def test_a_tick_that_is_none_is_a_400_that_names_its_field(market: Market, field: str, value: object) -> None:
    status, answer = market.ask({"ticks": [tick(1), tick(2, **{field: value})]})
    assert (status, answer["field"]) == (400, f"ticks[1].{field}")
    assert len(answer["message"]) < 300
    assert market.queued() == []


@pytest.mark.fault_case(23)
@pytest.mark.parametrize("number", ["NaN", "Infinity", "1e400", "-1", "true", "9" * 38, "9" * 5_000, "1e-19"])
def test_a_json_number_that_is_no_price_is_a_400(market: Market, number: str) -> None:
    status, answer = market.ask(json.dumps({"ticks": [tick(price="PRICE")]}).replace('"PRICE"', number).encode())
    assert (status, answer["field"]) in [(400, "ticks[0].price"), (400, "body")]
    assert market.queued() == []


@pytest.mark.fault_case(20, 23, 27)
@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("symbol", "\u0410"), ("symbol", None), ("from", 1795251600), ("from", "2026-11-21T09:00:00"), ("to", "now"),
        ("to", HOUR["from"]), ("window", "7m"), ("limit", 0), ("limit", True), ("limit", 10**40), ("limit", 1.5),
        ("token", "\u0661"), ("token", 7), ("token", "2026-11-21T09:00:01Z"),
    ],
)  # fmt: skip
def test_a_request_for_aggregates_that_is_none_is_a_400_that_names_its_field(
    market: Market, field: str, value: object
) -> None:
    status, answer = market.ask({"symbol": "AAPL", **HOUR, field: value}, "/aggregates")
    assert (status, answer["field"]) == (400, field)


@pytest.mark.fault_case(21)
def test_requests_are_read_however_they_are_wrapped(market: Market) -> None:
    body = json.dumps({"ticks": [tick()]}).encode()
    plain = proxy_event("POST", "/ingest", body, {"x-CORRELATION-id": "c-1"}, market.lab.clock.now())
    packed = plain | {"body": base64.b64encode(body).decode(), "isBase64Encoded": True}
    bare = plain | {"headers": None, "multiValueHeaders": None}
    answers = [market.lab.call("DataIngestion", event).answer for event in (plain, packed, bare)]
    assert [answer["statusCode"] for answer in answers] == [202, 202, 202]
    assert [json.loads(answer["body"])["correlation_id"] for answer in answers[:2]] == ["c-1", "c-1"]
    assert len({message["Body"] for message in market.queued()}) == 1
    for broken in (packed | {"body": "%%%"}, plain | {"body": None}):
        answer = market.lab.call("DataIngestion", broken).answer
        assert (answer["statusCode"], json.loads(answer["body"])["field"]) == (400, "body")


@pytest.mark.fault_case(22)
@pytest.mark.parametrize("key", ["in/\u00e9t\u00e9.csv", "in/e\u0301te\u0301.csv", "in/\U0001f600 + %2B.csv"])
def test_an_object_is_found_whatever_its_name_is_written_with(market: Market, key: str) -> None:
    market.upload(HEADER.encode() + b"AAPL,2026-11-21T09:00:02Z,10,1,2,\n", key)
    assert [window["count"] for window in market.windows()] == [1]
    assert market.ask({"key": key})[1]["finished"]


@pytest.mark.fault_case(24)
def test_sums_are_exact(market: Market) -> None:
    big = str(2**53 + 1)
    market.post(tick(1, size="0.1"), tick(2, size="0.2"), tick(3, size=2.675, price="2.675"), tick(4, size=big))
    (window,) = market.windows()
    assert Decimal(window["volume"]) == Decimal("2.975") + 2**53 + 1
    worth = 10 * (Fraction("0.3") + 2**53 + 1) + Fraction("2.675") ** 2
    assert abs(Fraction(window["vwap"]) - worth / Fraction(window["volume"])) <= Fraction(1, 2 * 10**18)


@pytest.mark.fault_case(27)
def test_times_of_every_unit_are_one_instant(market: Market) -> None:
    spellings = ["2026-11-21T09:00:01Z", "2026-11-21T10:00:01+01:00", 1795251601, 1795251601000, "1795251601.0"]
    spellings += [1795251601000000, 1795251601000000000]
    for spelling in spellings:
        assert market.ask({"ticks": [tick(timestamp=spelling)]})[0] == 202
    assert len({message["Body"] for message in market.queued()}) == 1


@pytest.mark.fault_case(27)
def test_a_clock_that_is_slow_refuses_a_new_trade_and_takes_it_once_it_is_right(market: Market) -> None:
    new = tick(timestamp="2026-11-21T10:00:00Z")
    with market.lab.clock.skewed(minutes=-10):
        status, answer = market.ask({"ticks": [new]})
        assert (status, answer["field"]) == (400, "ticks[0].timestamp")
    assert market.ask({"ticks": [new]})[0] == 202


@pytest.mark.fault_case(27)
@pytest.mark.parametrize("minutes", [10, -10])
def test_windows_touched_by_a_wrong_clock_are_computed_all_the_same(market: Market, minutes: int) -> None:
    (message,) = market.messages(tick())
    with market.lab.clock.skewed(minutes=minutes):
        assert market.process(message) == []
    # No event: it is the schedule's, whose clock is right.
    market.lab.account.drained("market-data-windows-touched-matched")
    market.lab.let_pass(minutes=20)
    assert [window["count"] for window in market.windows()] == [1]


@pytest.mark.fault_case(29)
def test_windows_without_trades_are_not_there_and_late_trades_correct_those_that_are(market: Market) -> None:
    assert market.windows() == []
    market.post(tick(30, price="5"))
    market.post(tick(2, timestamp="2026-11-21T09:12:00Z"))
    assert [(window["start"][11:16], window["open"]) for window in market.windows()] == [
        ("09:00", "5"),
        ("09:10", "10"),
    ]
    market.post(tick(10, price="4"), tick(30, price="5"))
    market.lab.let_pass(minutes=7)
    (window, _) = market.windows()
    assert (window["open"], window["close"], window["count"], window["vwap"]) == ("4", "5", 2, "4.500000000000000000")
    assert market.windows(window="1h")[0]["count"] == 3
    assert market.windows("MSFT") == []


@pytest.mark.fault_case(23, 29)
@pytest.mark.parametrize("nothing", ["0", 0, -0.0])
def test_a_window_of_no_volume_has_no_average(market: Market, nothing: object) -> None:
    market.post(tick(size=nothing))
    (window,) = market.windows()
    assert (Decimal(window["volume"]), window["vwap"], window["count"]) == (0, None, 1)
    assert "-" not in window["volume"]
