"""The vocabulary of the descriptions."""

from dataclasses import replace

import pytest

from shared.model import (
    Access,
    DeadLetterQueue,
    Function,
    Queue,
    QueueEncryption,
    Route,
    System,
    Topic,
    Use,
    days,
    minutes,
    seconds,
)
from tests.unit.shared import samples


def test_durations_are_seconds() -> None:
    assert (seconds(7), minutes(2), days(1)) == (7, 120, 86_400)


def test_a_route_is_a_name_without_slashes_and_braces() -> None:
    routes = [Route(method, path, samples.intake, "") for method, path in (("POST", "/webhook"), ("GET", "/a/{b}"))]
    assert [route.slug for route in routes] == ["post-webhook", "get-a-b"]


def test_an_unknown_index_lists_the_tables_own() -> None:
    with pytest.raises(KeyError, match="table 'orders' has no index 'by-date'; it has: by-customer"):
        samples.orders.index("by-date")
    with pytest.raises(KeyError, match="table 'parcels' has no index 'by-date'; it has: none"):
        samples.parcels.index("by-date")


def test_every_attribute_of_a_key_is_named_once() -> None:
    assert [key.name for key in samples.orders.key_attributes()] == ["customer", "order_id", "placed_at"]
    assert [key.type.value for key in samples.orders.key_attributes()] == ["S", "S", "N"]
    assert [key.name for key in samples.parcels.key_attributes()] == ["parcel_id"]


def test_a_queues_dead_letter_queue_redrives_from_it_alone_under_the_same_key() -> None:
    queue = Queue("labels", encryption=QueueEncryption.AWS_MANAGED, dead_letter_retention=days(7))
    assert queue.dead_letter_queue == DeadLetterQueue(
        name="labels-dlq", retention=days(7), encryption=QueueEncryption.AWS_MANAGED, source=queue
    )


def test_a_dead_letter_queue_keeps_as_long_as_sqs_can_unless_it_is_told_otherwise() -> None:
    assert [queue.retention for queue in samples.shop.dead_letter_queues] == [days(14)] * 4


def test_only_a_function_that_is_invoked_asynchronously_has_a_failure_queue() -> None:
    assert samples.intake.failure_queues == ()
    assert [queue.name for queue in samples.shipper.failure_queues] == ["shipper-failures", "shipper-stream-dlq"]


def test_a_function_accesses_what_it_uses_its_streams_and_its_failure_queues() -> None:
    added = samples.shipper.accesses[len(samples.shipper.uses) :]
    assert samples.shipper.accesses[: len(samples.shipper.uses)] == samples.shipper.uses
    assert [(use.access, use.target.name) for use in added] == [
        (Access.READS_STREAM, "orders"),
        (Access.SENDS, "shipper-failures"),
        (Access.SENDS, "shipper-stream-dlq"),
    ]


def test_a_functions_module_and_role_bear_its_name() -> None:
    assert (samples.intake.module, samples.intake.role.name) == ("order_intake", "order-intake")


def test_a_system_has_what_its_functions_touch_once_each() -> None:
    assert samples.shop.tables == (samples.orders, samples.parcels)
    assert samples.shop.queues == (samples.labels,)
    assert samples.shop.secrets == (samples.key,)
    assert samples.shop.schedules == (samples.sweep,)
    names = [queue.name for queue in samples.shop.dead_letter_queues]
    assert names == ["labels-dlq", "shipper-failures", "shipper-stream-dlq", "sweep-dlq"]


def test_a_system_has_the_keys_of_its_topics_once_each() -> None:
    thanks = Topic("thanks", key=samples.seal)
    assert replace(samples.shop, topics=(samples.complaints, samples.news, thanks)).keys == (samples.seal,)


def test_a_table_of_which_only_an_index_is_queried_is_the_systems() -> None:
    reader = Function("reader", timeout=5, uses=(Use(Access.QUERIES, samples.orders.index("by-customer")),))
    assert System("reports", functions=(reader,)).tables == (samples.orders,)


def test_log_retention_is_whole_days() -> None:
    assert System("reports", functions=(), log_retention=days(30)).log_retention_days == 30
