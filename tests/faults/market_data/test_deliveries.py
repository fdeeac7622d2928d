"""Repeated, poisonous, refused and late: what deliveries do to trades and their aggregates."""

import json
from typing import Any

import pytest

from services.market_data.system import ingestion, processing
from shared.model import Queue
from tests.faults.laboratory.faults import Fault, Meanwhile, Refused, always, first
from tests.faults.market_data.market import Market, tick

pytestmark = pytest.mark.fault_system("market-data")

DAY_S = 86_400


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
