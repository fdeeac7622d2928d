import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.transactions.event_queues import MAX_BATCH_BYTES, EventQueues
from services.transactions.outbox import StoredEvent
from tests.unit.services.fakes import THROTTLED, TIMED_OUT, FakeSqs

URLS = {"payment": "payments", "refund": "refunds", "dispute": "disputes"}


def event(number: int, transaction_type: str = "payment", text: str = "{}") -> StoredEvent:
    return StoredEvent(f"evt_{number}", transaction_type, f"c-{number}", "2026-11-21T10:00:00.000000Z", text)


@pytest.mark.requirement("TX-4")
def test_each_event_goes_to_the_queue_of_its_type(sqs: FakeSqs):
    sent = EventQueues(sqs, URLS).send([event(1), event(2, "refund"), event(3, "dispute"), event(4)])
    assert sent == {"evt_1", "evt_2", "evt_3", "evt_4"}
    assert {url: len(messages) for url, messages in sqs.queues.items()} == {"payments": 2, "refunds": 1, "disputes": 1}


@pytest.mark.requirement("TX-11", "ALL-14")
def test_a_message_carries_the_event_and_the_attributes_to_deduplicate_and_trace_it(sqs: FakeSqs):
    EventQueues(sqs, URLS).send([event(1, "refund", '{"a":1}')])
    (message,) = sqs.queues["refunds"]
    assert message["MessageBody"] == '{"a":1}'
    assert {name: value["StringValue"] for name, value in message["MessageAttributes"].items()} == {
        "message_id": "evt_1",
        "correlation_id": "c-1",
        "transaction_type": "refund",
        "schema_version": "1",
    }
    assert all(value["DataType"] == "String" for value in message["MessageAttributes"].values())


def test_one_call_takes_ten_events(sqs: FakeSqs):
    EventQueues(sqs, URLS).send([event(number) for number in range(21)])
    assert [len(batch) for batch in sqs.batches] == [10, 10, 1]


@given(st.lists(st.integers(min_value=2, max_value=250_000), max_size=40))
def test_no_call_exceeds_what_sqs_takes_and_none_is_needlessly_small(sizes: list[int]):
    sqs = FakeSqs()
    EventQueues(sqs, URLS).send(event(number, text="x" * size) for number, size in enumerate(sizes))
    made = [[len(entry["MessageBody"]) for entry in batch] for batch in sqs.batches]
    assert [size for batch in made for size in batch] == sizes
    assert all(sum(batch) <= MAX_BATCH_BYTES and 1 <= len(batch) <= 10 for batch in made)
    for batch, following in itertools.pairwise(made):
        assert len(batch) == 10 or sum(batch) + following[0] > MAX_BATCH_BYTES


def test_bytes_are_counted_and_not_characters(sqs: FakeSqs):
    EventQueues(sqs, URLS).send(event(n, text="é" * 125_000) for n in range(8))
    assert [len(batch) for batch in sqs.batches] == [4, 4]


@pytest.mark.requirement("ALL-14")
def test_what_sqs_refuses_is_not_reported_as_sent(sqs: FakeSqs):
    sqs.refused = {"evt_2"}
    assert EventQueues(sqs, URLS).send([event(1), event(2), event(3)]) == {"evt_1", "evt_3"}


@pytest.mark.requirement("ALL-14")
@pytest.mark.parametrize("error", [THROTTLED, TIMED_OUT])
def test_a_call_that_fails_leaves_the_other_calls_alone(sqs: FakeSqs, error: Exception):
    sqs.fail("send_message_batch", error)
    assert EventQueues(sqs, URLS).send([event(1), event(2, "refund")]) == {"evt_2"}
