import os
from collections.abc import Callable
from typing import Any

import pytest

from services.common.batch_read import UnreadError
from services.common.shards import shard_of
from services.common.timestamp import utc_text
from services.transactions import transaction_router
from services.transactions.event_queues import EventQueues
from services.transactions.outbox import Outbox
from services.transactions.router import Router
from services.transactions.transaction_router import SweepFailedError
from tests.unit.services.conftest import VARIABLES
from tests.unit.services.fakes import (
    START,
    THROTTLED,
    FakeClock,
    FakeContext,
    FakeDynamoDB,
    FakeSqs,
    message_id,
)
from tests.unit.services.transactions.test_event_queues import URLS
from tests.unit.services.transactions.webhooks import WEBHOOK, Endpoint


class Pipeline:
    """A table filled through the endpoint, its stream and its sweep, on one clock."""

    def __init__(self) -> None:
        self.endpoint = Endpoint()
        self.dynamodb: FakeDynamoDB = self.endpoint.dynamodb
        self.clock: FakeClock = self.endpoint.clock
        self.sqs = FakeSqs()
        self.router = Router(Outbox(self.dynamodb, "table"), EventQueues(self.sqs, URLS), self.clock)

    def accept(self, *event_ids: str) -> None:
        for event_id in event_ids:
            self.dynamodb.put_item(Item=self._item(event_id), ConditionExpression="True", ExpressionAttributeValues={})

    def _item(self, event_id: str) -> dict[str, Any]:
        fields = {"event_id": event_id, "transaction_type": "payment", "correlation_id": "c", "event": "{}"}
        fields |= {"received_at": utc_text(self.clock()), "unrouted": shard_of(event_id)}
        return {name: {"S": value} for name, value in fields.items()}

    def stream(self) -> list[str]:
        """Hands the whole stream, from its start, to the router, and returns the positions that failed."""
        records = [
            {"eventName": "INSERT", "dynamodb": {"NewImage": image, "SequenceNumber": str(position)}}
            for position, image in enumerate(self.dynamodb.stream)
        ]
        answer = transaction_router.route_stream(self.router, [*records, {"dynamodb": {"SequenceNumber": "removal"}}])
        return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]

    def sweep(
        self, milliseconds_left: Callable[[], int] = lambda: 60_000, invocation: str = "sweep-1"
    ) -> dict[str, Any]:
        context = FakeContext(milliseconds_left)
        context.aws_request_id = invocation
        return transaction_router.sweep(self.router, context)

    def unrouted(self) -> list[str]:
        return sorted(event_id for event_id, item in self.dynamodb.items.items() if "unrouted" in item)


@pytest.fixture
def pipeline() -> Pipeline:
    return Pipeline()


@pytest.mark.requirement("TX-4", "TX-7")
def test_a_stored_webhook_is_sent_as_it_was_published_and_marked(pipeline: Pipeline):
    pipeline.endpoint.post(WEBHOOK | {"transaction_type": "dispute"}, X_Correlation_Id="order-7")
    published = pipeline.endpoint.item()["event"]
    assert pipeline.stream() == []
    (message,) = pipeline.sqs.queues["disputes"]
    assert (message["MessageBody"], message_id(message)) == (published, "evt_1")
    assert message["MessageAttributes"]["correlation_id"]["StringValue"] == "order-7"
    item = pipeline.endpoint.item()
    assert "unrouted" not in item
    assert item["routed_at"] == utc_text(START)


@pytest.mark.requirement("TX-3")
def test_a_routed_item_expires_after_thirty_days(pipeline: Pipeline):
    pipeline.accept("evt_1")
    pipeline.stream()
    assert pipeline.endpoint.item()["expires_at"] == str(int(START.timestamp()) + 30 * 24 * 3600)


@pytest.mark.requirement("TX-7", "ALL-14")
def test_a_stream_that_is_read_again_from_its_start_sends_nothing_twice(pipeline: Pipeline):
    pipeline.accept("evt_1", "evt_2")
    for _ in range(3):
        assert pipeline.stream() == []
    assert pipeline.sqs.ids() == ["evt_1", "evt_2"]


@pytest.mark.requirement("ALL-8", "ALL-14")
def test_only_the_records_that_failed_are_reported_and_only_they_are_sent_again(pipeline: Pipeline):
    pipeline.accept("evt_1", "evt_2", "evt_3")
    pipeline.sqs.refused = {"evt_2"}
    assert pipeline.stream() == ["1"]
    pipeline.sqs.refused = set()
    assert pipeline.stream() == []
    assert pipeline.sqs.ids() == ["evt_1", "evt_2", "evt_3"]


@pytest.mark.requirement("ALL-8")
@pytest.mark.parametrize("broken", [{"event": None}, {"transaction_type": {"S": "chargeback"}}])
def test_a_poisonous_item_is_reported_and_holds_up_nobody(pipeline: Pipeline, broken: dict[str, Any]):
    pipeline.accept("evt_1", "evt_2", "evt_3")
    item = pipeline.dynamodb.items["evt_2"]
    item |= broken
    for name in [name for name, value in item.items() if value is None]:
        del item[name]
    assert pipeline.stream() == ["1"]
    assert pipeline.sqs.ids() == ["evt_1", "evt_3"]


@pytest.mark.fault_case(6)
@pytest.mark.fault_system("transactions")
@pytest.mark.requirement("ALL-14")
def test_a_crash_between_send_and_mark_makes_a_second_copy_with_the_same_message_id(pipeline: Pipeline):
    pipeline.accept("evt_1", "evt_2")
    pipeline.dynamodb.fail("update_item", RuntimeError("killed"))
    with pytest.raises(RuntimeError, match="killed"):
        pipeline.stream()
    assert pipeline.stream() == []
    assert len(pipeline.sqs.ids()) == 4
    assert set(pipeline.sqs.ids()) == {"evt_1", "evt_2"}


@pytest.mark.requirement("ALL-14")
def test_while_no_mark_can_be_written_nothing_is_sent_again(pipeline: Pipeline):
    pipeline.accept("evt_1")
    pipeline.dynamodb.fail("update_item", THROTTLED, THROTTLED)
    assert pipeline.stream() == []
    pipeline.clock.advance(minutes=8)
    with pytest.raises(SweepFailedError):
        pipeline.sweep()
    assert pipeline.sqs.ids() == ["evt_1"]
    assert pipeline.sweep() == {"routed": 1, "complete": True}
    assert pipeline.sqs.ids() == ["evt_1", "evt_1"]
    assert pipeline.unrouted() == []


@pytest.mark.requirement("ALL-14")
def test_an_event_that_is_marked_before_its_own_mark_arrives_is_routed(pipeline: Pipeline):
    pipeline.accept("evt_1")
    pipeline.dynamodb.fail("update_item", None)
    assert pipeline.router.outbox.mark_routed("evt_1", pipeline.clock())
    assert not pipeline.router.outbox.mark_routed("evt_1", pipeline.clock())


def test_an_item_that_is_gone_was_routed_and_has_expired(pipeline: Pipeline):
    pipeline.accept("evt_1")
    pipeline.dynamodb.items.clear()
    assert pipeline.stream() == []
    assert pipeline.sqs.ids() == []


@pytest.mark.fault_case(13)
@pytest.mark.fault_system("transactions")
def test_what_dynamodb_leaves_unprocessed_is_read_again(pipeline: Pipeline):
    pipeline.accept(*(f"evt_{number:02}" for number in range(30)))
    pipeline.dynamodb.left_unprocessed = 3
    assert pipeline.stream() == []
    assert len(pipeline.sqs.ids()) == 30


@pytest.mark.requirement("ALL-14")
def test_an_item_whose_state_stays_unknown_is_not_sent(pipeline: Pipeline):
    pipeline.accept("evt_1")
    pipeline.dynamodb.left_unprocessed = 5
    with pytest.raises(UnreadError):
        pipeline.stream()
    assert pipeline.sqs.ids() == []


@pytest.mark.requirement("TX-7")
def test_the_sweep_routes_what_the_stream_never_delivered(pipeline: Pipeline):
    pipeline.accept(*(f"evt_{number:03}" for number in range(100)))
    pipeline.clock.advance(minutes=7, seconds=1)
    assert pipeline.sweep() == {"routed": 100, "complete": True}
    assert len(pipeline.sqs.ids()) == 100
    assert pipeline.unrouted() == []
    assert pipeline.sweep() == {"routed": 0, "complete": True}


@pytest.mark.requirement("TX-7", "ALL-14")
def test_the_sweep_leaves_young_events_to_the_stream(pipeline: Pipeline):
    pipeline.accept("evt_1")
    pipeline.clock.advance(minutes=7)
    assert pipeline.sweep()["routed"] == 0
    pipeline.clock.advance(microseconds=1)
    assert pipeline.sweep()["routed"] == 1


@pytest.mark.requirement("ALL-14")
def test_an_index_that_lags_behind_makes_no_second_copy(pipeline: Pipeline):
    pipeline.accept("evt_1")
    pipeline.dynamodb.stale_index = {"old": pipeline.dynamodb.items["evt_1"]}
    pipeline.stream()
    pipeline.clock.advance(minutes=8)
    assert pipeline.sweep()["routed"] == 0
    assert pipeline.sqs.ids() == ["evt_1"]


@pytest.mark.fault_case(2)
@pytest.mark.fault_system("transactions")
@pytest.mark.requirement("ALL-14")
def test_a_late_stream_and_a_sweep_at_the_same_time_send_one_copy(pipeline: Pipeline):
    pipeline.accept("evt_1")
    pipeline.clock.advance(minutes=8)
    send = pipeline.sqs.send_message_batch

    def send_while_the_stream_delivers(**call: Any) -> dict[str, Any]:
        pipeline.sqs.send_message_batch = send
        assert pipeline.stream() == []
        assert pipeline.sweep(invocation="sweep-2")["routed"] == 0
        return send(**call)

    pipeline.sqs.send_message_batch = send_while_the_stream_delivers
    assert pipeline.sweep()["routed"] == 1
    assert pipeline.sqs.ids() == ["evt_1"]
    assert not {"claimed_by", "claimed_until"} & pipeline.endpoint.item().keys()


@pytest.mark.requirement("ALL-14")
def test_what_a_crashed_sweep_had_claimed_is_swept_when_the_claim_has_run_out(pipeline: Pipeline):
    pipeline.accept("evt_1")
    pipeline.clock.advance(minutes=8)
    assert pipeline.router.outbox.claim("evt_1", "crashed", pipeline.clock())
    pipeline.clock.advance(seconds=120)
    assert pipeline.sweep()["routed"] == 0
    pipeline.clock.advance(seconds=1)
    assert pipeline.sweep()["routed"] == 1


@pytest.mark.requirement("ALL-14")
def test_the_stream_may_take_up_its_own_late_claim_at_once(pipeline: Pipeline):
    pipeline.accept("evt_1")
    pipeline.clock.advance(minutes=8)
    pipeline.sqs.refused = {"evt_1"}
    assert pipeline.stream() == ["0"]
    pipeline.sqs.refused = set()
    assert pipeline.stream() == []
    assert pipeline.sqs.ids() == ["evt_1"]


@pytest.mark.requirement("ALL-14")
def test_what_is_routed_can_no_longer_be_claimed(pipeline: Pipeline):
    pipeline.accept("evt_1")
    pipeline.stream()
    assert not pipeline.router.outbox.claim("evt_1", "sweep-1", pipeline.clock())


def test_the_stream_record_of_a_claim_is_not_worth_a_read(pipeline: Pipeline):
    pipeline.accept("evt_1")
    pipeline.router.outbox.claim("evt_1", "sweep-1", pipeline.clock())
    del pipeline.dynamodb.stream[0]
    assert pipeline.stream() == []
    assert pipeline.dynamodb.calls["batch_get_item"] == 0


def test_a_claim_that_fails_is_reported(pipeline: Pipeline):
    pipeline.accept("evt_1")
    pipeline.clock.advance(minutes=8)
    pipeline.dynamodb.fail("update_item", THROTTLED)
    assert pipeline.stream() == ["0"]


@pytest.mark.requirement("TX-7")
def test_a_sweep_that_runs_out_of_time_leaves_the_rest_to_the_next(pipeline: Pipeline):
    pipeline.accept(*(f"evt_{number:03}" for number in range(40)))
    pipeline.clock.advance(minutes=8)
    left = iter([30_000, 10_000, 9_999])
    first = pipeline.sweep(lambda: next(left))
    assert not first["complete"]
    assert 0 < first["routed"] < 40
    assert pipeline.sweep()["routed"] == 40 - first["routed"]


@pytest.mark.requirement("ALL-8", "ALL-14")
def test_a_sweep_that_could_not_route_an_event_fails_after_routing_the_others(pipeline: Pipeline):
    pipeline.accept("evt_1", "evt_2")
    del pipeline.dynamodb.items["evt_1"]["event"]
    pipeline.clock.advance(minutes=8)
    with pytest.raises(SweepFailedError, match=r"1 events stay unrouted, among them \['evt_1'\]"):
        pipeline.sweep()
    assert pipeline.sqs.ids() == ["evt_2"]


def test_the_handler_tells_streams_and_schedules_apart(pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch):
    pipeline.accept("evt_1", "evt_2")
    monkeypatch.setattr(transaction_router, "router", pipeline.router)
    image = pipeline.dynamodb.items["evt_1"]
    records = [{"dynamodb": {"NewImage": image, "SequenceNumber": "7"}}]
    assert transaction_router.handler({"Records": records}, FakeContext()) == {"batchItemFailures": []}
    pipeline.clock.advance(minutes=8)
    assert transaction_router.handler({"sweep": True}, FakeContext()) == {"routed": 1, "complete": True}


@pytest.mark.requirement("TX-4", "TX-6")
def test_the_deployed_router_knows_each_queue_by_its_variable(monkeypatch: pytest.MonkeyPatch, sqs: FakeSqs):
    for name, value in VARIABLES.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(transaction_router, "sqs_client", lambda _attempts: sqs)
    pipeline = Pipeline()
    queues = transaction_router.compose(os.environ).queues
    for transaction_type in URLS:
        pipeline.endpoint.post(WEBHOOK | {"event_id": transaction_type, "transaction_type": transaction_type})
    Router(pipeline.router.outbox, queues, pipeline.clock).route(pipeline.dynamodb.stream)
    assert {url: [message_id(m) for m in queue] for url, queue in sqs.queues.items()} == {
        "payments": ["payment"],
        "refunds": ["refund"],
        "disputes": ["dispute"],
    }
