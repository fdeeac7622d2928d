import gzip
import io
import json
import os
from collections.abc import Callable
from types import ModuleType
from typing import Any
from urllib.parse import quote_plus

import pytest

from services.market_data import data_aggregator, data_ingestion, data_processor, source_objects
from services.market_data.data_aggregator import DataAggregator, NotComputedError
from services.market_data.data_ingestion import DataIngestion
from services.market_data.market_gauges import MarketGauges
from services.market_data.source_objects import UnreadableObjectError
from tests.unit.services.conftest import VARIABLES
from tests.unit.services.fakes import THROTTLED, TIMED_OUT, Failing, FakeContext
from tests.unit.services.market_data.files import numbered, own
from tests.unit.services.market_data.market import MIDNIGHT, Market, records, tick
from tests.unit.services.market_data.test_ingestion import KEY, Intake

TICK = {"symbol": "aapl", "timestamp": "2026-11-21T09:30:00Z", "price": "271.10", "size": 3, "trade_id": 17}


def request(body: object) -> dict[str, Any]:
    raw = body if isinstance(body, str) else json.dumps(body)
    return {"requestContext": {"requestId": "request-1"}, "headers": {"X-Correlation-Id": "c-1"}, "body": raw}


def created(*keys: str, version: str | None = "v1") -> dict[str, Any]:
    described = [{"key": quote_plus(key)} | ({"versionId": version} if version else {}) for key in keys]
    return {"Records": [{"eventSource": "aws:s3", "s3": {"object": one}} for one in described]}


def handed_on(*bodies: str) -> dict[str, Any]:
    return {
        "Records": [
            {"eventSource": "aws:sqs", "messageId": f"receipt-{number}", "body": body}
            for number, body in enumerate(bodies)
        ]
    }


class Ingestor(Intake):
    """DataIngestion's handler on fakes, in sections of two lines."""

    def __init__(self, patched: pytest.MonkeyPatch) -> None:
        super().__init__()
        self.milliseconds_left: Callable[[], int] = lambda: 180_000
        patched.setattr(data_ingestion, "data_ingestion", DataIngestion(self.objects, self.ingestion, 28))

    def handle(self, event: dict[str, Any]) -> Any:
        return data_ingestion.handler(event, FakeContext(self.milliseconds_left))

    def post(self, body: object) -> tuple[int, dict[str, Any]]:
        answer = self.handle(request(body))
        return answer["statusCode"], json.loads(answer["body"])


@pytest.fixture
def ingestor(monkeypatch: pytest.MonkeyPatch) -> Ingestor:
    return Ingestor(monkeypatch)


@pytest.mark.requirement("MD-4")
def test_an_object_s_event_ingests_it(ingestor: Ingestor):
    ingestor.s3.put("in/a b+ü.csv", numbered(3))
    assert ingestor.handle(created("in/a b+ü.csv")) is None
    assert ingestor.prices() == [1, 2, 3]


@pytest.mark.requirement("MD-4")
def test_an_event_s_version_is_read_and_not_a_later_one(ingestor: Ingestor):
    ingestor.s3.put(KEY, numbered(1))
    ingestor.s3.put(KEY, numbered(2))
    ingestor.handle(created(KEY))
    assert ingestor.prices() == [1]
    ingestor.handle(created(KEY, version=None))
    assert ingestor.prices() == [1, 1, 2]


@pytest.mark.requirement("MD-8")
def test_reports_are_never_ingested(ingestor: Ingestor):
    ingestor.s3.put("reports/a.csv", numbered(3))
    ingestor.handle(created("reports/a.csv"))
    assert ingestor.prices() == []
    assert ingestor.post({"key": "reports/a.csv"})[0] == 400


def test_s3_s_test_event_is_nothing_to_do(ingestor: Ingestor):
    assert ingestor.handle({"Service": "Amazon S3", "Event": "s3:TestEvent"}) is None


@pytest.mark.requirement("ALL-14")
def test_an_object_that_cannot_be_read_raises_so_that_it_ends_in_the_failure_queue(ingestor: Ingestor):
    with pytest.raises(UnreadableObjectError):
        ingestor.handle(created("none.csv"))


@pytest.mark.requirement("MD-4", "ALL-14")
def test_invocations_hand_an_object_on_until_it_is_finished(ingestor: Ingestor):
    ingestor.s3.put(KEY, gzip.compress(numbered(9)))
    ingestor.milliseconds_left = lambda: data_ingestion.TIME_RESERVE_MS
    ingestor.handle(created(KEY))
    invocations = 0
    while ingestor.sqs.queues["ingestion"]:
        message = ingestor.sqs.queues["ingestion"].pop()
        assert ingestor.handle(handed_on(message["MessageBody"])) == {"batchItemFailures": []}
        invocations += 1
    assert invocations == 5
    assert ingestor.prices() == [1, 2, 3, 4, 5, 6, 7, 8, 9]


@pytest.mark.requirement("ALL-14")
@pytest.mark.parametrize("body", ["", "{}", '{"key": "none.csv", "version_id": "v1"}', '{"key": "in/a.csv"}'])
def test_a_message_that_cannot_be_gone_on_with_fails_alone(ingestor: Ingestor, body: str):
    ingestor.s3.put(KEY, numbered(1))
    answer = ingestor.handle(handed_on(body, json.dumps({"key": KEY, "version_id": "v1"})))
    assert answer == {"batchItemFailures": [{"itemIdentifier": "receipt-0"}]}
    assert ingestor.prices() == [1]


@pytest.mark.requirement("ALL-14")
@pytest.mark.parametrize("error", [THROTTLED, TIMED_OUT])
def test_a_message_comes_again_when_aws_fails(ingestor: Ingestor, error: Exception):
    ingestor.s3.put(KEY, numbered(1))
    ingestor.sqs.fail("send_message_batch", error)
    event = handed_on(json.dumps({"key": KEY, "version_id": "v1"}))
    assert ingestor.handle(event) == {"batchItemFailures": [{"itemIdentifier": "receipt-0"}]}
    assert ingestor.handle(event) == {"batchItemFailures": []}


@pytest.mark.requirement("MD-4")
def test_posted_trades_are_one_message(ingestor: Ingestor):
    status, body = ingestor.post({"ticks": [TICK, TICK | {"trade_id": 18}]})
    assert (status, body) == (202, {"ticks": 2, "correlation_id": "c-1"})
    (message,) = ingestor.sqs.queues["processing"]
    ticks = json.loads(message["MessageBody"])["ticks"]
    assert [(one["symbol"], one["price"], one["size"]) for one in ticks] == [("AAPL", "271.10", "3")] * 2
    assert ticks[0]["place"] != ticks[1]["place"]


@pytest.mark.requirement("MD-4")
def test_a_posted_object_is_read_and_what_came_of_it_answered(ingestor: Ingestor):
    ingestor.s3.put(KEY, own("A,1795165200,1,1,1", "bad"))
    status, body = ingestor.post({"key": KEY})
    assert (status, body.pop("reports")) == (200, f"reports/{KEY}/v1/")
    assert body == {
        "key": KEY,
        "version_id": "v1",
        "lines": 3,
        "ticks": 1,
        "refused": 1,
        "finished": True,
        "correlation_id": "c-1",
    }
    assert ingestor.post({"key": KEY, "version_id": "v1"})[0] == 200
    assert ingestor.prices() == [1]


def time_for(questions: int, milliseconds: int = 180_000) -> Callable[[], int]:
    """Milliseconds left that say so often that an answer is still awaited, and then that it no longer is."""
    said = iter([milliseconds] * (1 + questions))
    return lambda: next(said, milliseconds - 12_000)


@pytest.mark.requirement("MD-4", "ALL-14")
@pytest.mark.parametrize("compress", [bytes, gzip.compress])
@pytest.mark.parametrize("questions", range(9))
def test_an_object_too_long_for_an_answer_is_handed_on_wherever_the_time_ends(
    ingestor: Ingestor, compress: Callable[[bytes], bytes], questions: int
):
    ingestor.s3.put(KEY, compress(numbered(9)))
    ingestor.milliseconds_left = time_for(questions)
    status, body = ingestor.post({"key": KEY})
    # The file's one chunk is asked about, each section's one message, and each section when it is done.
    assert (status, body["finished"], body["lines"]) == (202, False, questions // 2 * 2)
    [message] = ingestor.sqs.queues["ingestion"]
    ingestor.milliseconds_left = lambda: 180_000
    assert ingestor.handle(handed_on(message["MessageBody"])) == {"batchItemFailures": []}
    assert set(ingestor.prices()) == set(range(1, 10))


@pytest.mark.requirement("MD-4")
def test_the_way_back_in_a_compressed_object_is_no_longer_than_an_answer(
    ingestor: Ingestor, monkeypatch: pytest.MonkeyPatch
):
    ingestor.s3.put(KEY, gzip.compress(numbered(99)))
    sections = iter(range(40))
    ingestor.ingest(time_left=lambda: next(sections) < 39)
    chunks: list[bytes] = []
    read = source_objects._read
    monkeypatch.setattr(source_objects, "CHUNK", 8)
    monkeypatch.setattr(source_objects, "_read", lambda stream: chunks.append(read(stream)) or chunks[-1])
    ingestor.milliseconds_left = time_for(3)
    status, body = ingestor.post({"key": KEY})
    assert (status, body["lines"], len(chunks)) == (202, 80, 4)


@pytest.mark.requirement("MD-4", "ALL-15")
@pytest.mark.parametrize(
    ("body", "field"),
    [
        ("no json", "body"),
        ({}, "body"),
        ({"key": KEY, "ticks": [TICK]}, "body"),
        ({"key": ""}, "key"),
        ({"key": 7}, "key"),
        ({"key": "é" * 513}, "key"),
        ({"key": KEY, "version_id": ""}, "version_id"),
        ({"key": KEY, "version_id": 7}, "version_id"),
        ({"ticks": []}, "ticks"),
        ({"ticks": {}}, "ticks"),
        ({"ticks": [TICK] * 501}, "ticks"),
        ({"ticks": [TICK, 7]}, "ticks[1]"),
        ({"ticks": [TICK | {"trade_id": None}]}, "ticks[0].trade_id"),
        ({"ticks": [TICK | {"price": "NaN"}]}, "ticks[0].price"),
        ({"ticks": [TICK | {"size": -1}]}, "ticks[0].size"),
        ({"ticks": [TICK | {"symbol": "\u0410APL"}]}, "ticks[0].symbol"),
        ({"ticks": [TICK | {"timestamp": "2026-11-21T10:05:01Z"}]}, "ticks[0].timestamp"),
    ],
)
def test_a_request_that_does_not_fit_is_a_400_that_names_the_field(ingestor: Ingestor, body: object, field: str):
    status, answer = ingestor.post(body)
    assert (status, answer["field"]) == (400, field)
    assert ingestor.sqs.queues["processing"] == []


def test_an_object_that_is_not_there_is_a_404(ingestor: Ingestor):
    status, answer = ingestor.post({"key": "none.csv"})
    assert (status, answer["field"]) == (404, "key")


@pytest.mark.requirement("ALL-14")
@pytest.mark.parametrize("body", [{"key": KEY}, {"ticks": [TICK]}])
def test_what_may_not_have_been_taken_is_a_503(ingestor: Ingestor, body: dict[str, Any]):
    ingestor.s3.put(KEY, numbered(1))
    ingestor.sqs.fail("send_message_batch", THROTTLED)
    answer = ingestor.handle(request(body))
    assert (answer["statusCode"], answer["headers"]["Retry-After"]) == (503, "5")
    assert ingestor.handle(request(body))["statusCode"] in {200, 202}


@pytest.mark.requirement("MD-6", "ALL-14")
def test_the_processor_reports_the_messages_that_failed(monkeypatch: pytest.MonkeyPatch, log: io.StringIO):
    market = Market()
    monkeypatch.setattr(data_processor, "processing", market.processing)
    event = {"Records": [{"messageId": "poison", "body": "?"}, *records([tick(1)])]}
    assert data_processor.handler(event, FakeContext()) == {"batchItemFailures": [{"itemIdentifier": "poison"}]}
    assert "had closed" not in log.getvalue()
    market.clock.advance(days=30)
    assert data_processor.handler({"Records": records([tick(2)])}, FakeContext()) == {"batchItemFailures": []}
    assert "trades came after their windows had closed" in log.getvalue()


@pytest.mark.requirement("MD-6", "ALL-14")
def test_the_processor_begins_no_writing_that_it_has_no_time_to_end(monkeypatch: pytest.MonkeyPatch):
    market = Market()
    monkeypatch.setattr(data_processor, "processing", market.processing)
    event, reserve = {"Records": records([tick(1)])}, data_processor.TIME_RESERVE_MS
    failed = {"batchItemFailures": [{"itemIdentifier": "receipt-0"}]}
    assert data_processor.handler(event, FakeContext(lambda: reserve)) == failed
    assert market.state.calls["batch_write_item"] == 0
    assert data_processor.handler(event, FakeContext(lambda: reserve + 1)) == {"batchItemFailures": []}


class FakeCloudWatch(Failing):
    def __init__(self) -> None:
        super().__init__()
        self.put: dict[str, int] = {}

    def put_metric_data(self, *, Namespace: str, MetricData: list[dict[str, Any]]) -> None:  # noqa: N803  # boto3's names
        self.enter("put_metric_data")
        assert Namespace == "market-data-unit"
        self.put |= {datum["MetricName"]: datum["Value"] for datum in MetricData}


class Aggregator(Market):
    """DataAggregator's handler on fakes."""

    def __init__(self, patched: pytest.MonkeyPatch) -> None:
        super().__init__()
        self.cloudwatch = FakeCloudWatch()
        gauges = MarketGauges(self.cloudwatch, "market-data-unit")
        patched.setattr(data_aggregator, "data_aggregator", DataAggregator(self.aggregation, gauges, 28))

    def handle(self, event: dict[str, Any], milliseconds_left: int = 60_000) -> dict[str, Any]:
        return data_aggregator.handler(event, FakeContext(lambda: milliseconds_left))

    def event(self) -> dict[str, Any]:
        (entry,) = self.bus.entries
        return {"source": entry["Source"], "detail-type": entry["DetailType"], "detail": json.loads(entry["Detail"])}


@pytest.fixture
def aggregator(monkeypatch: pytest.MonkeyPatch) -> Aggregator:
    return Aggregator(monkeypatch)


@pytest.mark.requirement("MD-7")
def test_an_event_computes_the_windows_that_it_names(aggregator: Aggregator):
    aggregator.process([tick(1), tick(301)])
    assert aggregator.handle(aggregator.event()) == {"computed": 2, "complete": True}
    assert len(aggregator.aggregates()) == 2


@pytest.mark.requirement("MD-7", "MD-8")
def test_the_schedule_computes_what_is_overdue_and_puts_the_gauges(aggregator: Aggregator):
    aggregator.process([tick(1), tick(301), tick(1, symbol="B")])
    aggregator.clock.advance(minutes=2)
    assert aggregator.handle({"sweep": True}) == {"computed": 3, "complete": True}
    assert aggregator.cloudwatch.put == {"OverdueWindows": 3, "ActiveSymbols": 2}


def test_gauges_that_cannot_be_put_hold_up_nothing(aggregator: Aggregator, log: io.StringIO):
    aggregator.cloudwatch.fail("put_metric_data", THROTTLED)
    assert aggregator.handle({"sweep": True}) == {"computed": 0, "complete": True}
    assert "gauges not put" in log.getvalue()


@pytest.mark.requirement("ALL-14")
def test_windows_that_were_not_computed_raise_so_that_the_event_is_tried_again(aggregator: Aggregator):
    aggregator.process([tick(1)])
    aggregator.state.fail("query", THROTTLED)
    with pytest.raises(NotComputedError, match=f"1 windows were not computed, among them .*{MIDNIGHT}"):
        aggregator.handle(aggregator.event())
    assert aggregator.handle(aggregator.event())["computed"] == 1


def test_without_time_the_windows_are_left_to_the_schedule(aggregator: Aggregator):
    aggregator.process([tick(1)])
    answer = aggregator.handle(aggregator.event(), data_aggregator.TIME_RESERVE_MS)
    assert answer == {"computed": 0, "complete": False}


@pytest.mark.parametrize(
    "detail",
    [
        {},
        {"symbol": "A", "windows": "2026-11-21T00:00:00Z"},
        {"symbol": "#a", "windows": []},
        {"symbol": "A", "windows": ["2026-11-21T00:01:00Z"]},
        {"symbol": "A", "windows": [7]},
    ],
)
def test_an_event_that_is_none_raises(aggregator: Aggregator, detail: dict[str, Any]):
    with pytest.raises(ValueError, match=r"windows|symbol"):
        aggregator.handle({"detail-type": "WindowsTouched", "detail": detail})


@pytest.mark.requirement("MD-7")
def test_posted_requests_are_answered_with_a_page(aggregator: Aggregator):
    aggregator.process([tick(1), tick(301)])
    aggregator.compute()
    body = {"symbol": "a", "from": "2026-11-21T00:00:00Z", "to": "2026-11-21T01:00:00Z", "limit": 1}
    answer = aggregator.handle(request(body))
    said = json.loads(answer["body"])
    assert (answer["statusCode"], len(said["aggregates"])) == (200, 1)
    rest = json.loads(aggregator.handle(request(body | {"token": said["next_token"]}))["body"])
    assert (len(rest["aggregates"]), "next_token" in rest, rest["correlation_id"]) == (1, False, "c-1")


@pytest.mark.requirement("MD-7")
def test_a_page_that_would_take_longer_than_an_answer_ends_earlier(aggregator: Aggregator):
    aggregator.process([tick(1), tick(301), tick(601)])
    aggregator.compute()
    body = {"symbol": "A", "from": "2026-11-21T00:00:00Z", "to": "2026-11-21T01:00:00Z"}
    answer = data_aggregator.handler(request(body), FakeContext(time_for(1, 60_000)))
    said = json.loads(answer["body"])
    assert (len(said["aggregates"]), said["next_token"]) == (2, "2026-11-21T00:10:00.000000Z")


def test_a_bad_request_for_aggregates_names_the_field_and_a_failing_table_is_a_503(aggregator: Aggregator):
    body = {"symbol": "A", "from": "2026-11-21T00:00:00Z", "to": "2026-11-21T01:00:00Z"}
    answer = aggregator.handle(request(body | {"to": "now"}))
    assert (answer["statusCode"], json.loads(answer["body"])["field"]) == (400, "to")
    aggregator.state.fail("query", TIMED_OUT)
    assert aggregator.handle(request(body))["statusCode"] == 503


@pytest.mark.parametrize(
    ("module", "event", "composed"),
    [
        (data_ingestion, request({"ticks": [TICK | {"timestamp": "2020-11-21T09:30:00Z"}]}), "data_ingestion"),
        (
            data_aggregator,
            request({"symbol": "A", "from": "2026-11-21T00:00:00Z", "to": "2026-11-21T01:00:00Z"}),
            "data_aggregator",
        ),
    ],
)
def test_handlers_answer_from_the_deployed_environment(
    module: ModuleType, event: dict[str, Any], composed: str, monkeypatch: pytest.MonkeyPatch
):
    nobody = {"AWS_ENDPOINT_URL": "http://127.0.0.1:9", "AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b"}
    for name, value in (VARIABLES | nobody).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(module, composed, module.compose(os.environ))
    assert module.handler(event, FakeContext())["statusCode"] == 503
