"""The vocabulary of the descriptions."""

from dataclasses import replace

import pytest

from shared.model import (
    Access,
    Api,
    DeadLetterQueue,
    Function,
    OnLogs,
    OnObjectCreated,
    OnQueue,
    Queue,
    QueueEncryption,
    Route,
    System,
    Throttle,
    Topic,
    Use,
    days,
    decrypts,
    gets,
    minutes,
    publishes,
    seconds,
)
from shared.model.case import snake_case
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
    # Its own courier takes from it.
    assert samples.shop.delivered_to == ()
    assert replace(samples.shop, functions=(samples.shipper,)).delivered_to == (samples.labels,)
    assert samples.shop.secrets == (samples.key,)
    assert samples.shop.schedules == (samples.sweep,)
    names = [queue.name for queue in samples.shop.dead_letter_queues]
    assert names == ["labels-dlq", "shipper-failures", "shipper-stream-dlq", "sweep-dlq"]


def test_a_system_has_the_topics_it_publishes_to_and_those_it_only_owns() -> None:
    assert samples.shop.topics == (samples.deliveries, samples.news, samples.complaints)


def test_a_system_has_the_keys_of_its_functions_tables_topics_and_ciphertexts_once_each() -> None:
    thanks = Topic("thanks", key=samples.seal)
    assert samples.shop.keys == (samples.strongbox, samples.seal)
    assert replace(samples.shop, functions=(), other_topics=(samples.complaints, thanks)).keys == (samples.seal,)
    for uses in (decrypts(samples.courier_token), gets(samples.parcels), publishes(samples.deliveries)):
        assert System("one", functions=(Function("f", 5, uses=(uses,)),)).keys == (samples.strongbox,)
    assert System("one", functions=(Function("f", 5, environment_key=samples.seal),)).keys == (samples.seal,)


def consumer(queue: Queue = samples.labels, timeout: int = 30, **trigger: int) -> Function:
    return Function("consumer", timeout, reserved_concurrency=10, triggers=(OnQueue(queue=queue, **trigger),))


@pytest.mark.requirement("ALL-5")
def test_a_queue_hides_its_messages_for_six_times_its_consumers_timeout_and_the_window() -> None:
    consumer(Queue("q", visibility_timeout=185), 30, batching_window=5)
    with pytest.raises(
        ValueError, match="'q' has a visibility timeout of 184 s, but its consumer 'consumer' needs at "
    ):
        consumer(Queue("q", visibility_timeout=184), 30, batching_window=5)


@pytest.mark.requirement("ALL-8")
@pytest.mark.parametrize("most", [1, 1_001])
def test_a_mappings_concurrency_is_what_lambda_allows(most: int) -> None:
    with pytest.raises(ValueError, match=f"with a maximum concurrency of {most}; allowed is 2 to 1000"):
        consumer(maximum_concurrency=most)


@pytest.mark.requirement("ALL-8")
def test_a_mapping_leaves_the_functions_other_triggers_room_in_its_reservation() -> None:
    consumer(maximum_concurrency=10)
    with pytest.raises(ValueError, match=r"of 'consumer' is 10, but its queues take up to 11$"):
        consumer(maximum_concurrency=11)
    triggers = (OnQueue(queue=samples.labels, maximum_concurrency=10), samples.sweep)
    with pytest.raises(ValueError, match="up to 10, which leaves none for its other triggers"):
        Function("consumer", 30, reserved_concurrency=10, triggers=triggers)
    Function("consumer", 30, reserved_concurrency=11, triggers=triggers)


def test_a_batch_of_more_than_ten_messages_needs_a_window() -> None:
    consumer(batch_size=10)
    consumer(batch_size=11, batching_window=1)
    with pytest.raises(ValueError, match="takes batches of 11 from queue 'labels' without a batching window"):
        consumer(batch_size=11)


def test_a_table_of_which_only_an_index_is_queried_is_the_systems() -> None:
    reader = Function("reader", timeout=5, uses=(Use(Access.QUERIES, samples.orders.index("by-customer")),))
    assert System("reports", functions=(reader,)).tables == (samples.orders,)


def test_log_retention_is_whole_days() -> None:
    assert System("reports", functions=(), log_retention=days(30)).log_retention_days == 30


def test_names_in_capitals_are_modules_and_outputs_in_snake_case() -> None:
    assert samples.receiving.module == "goods_receiving"
    assert [snake_case(name) for name in ("MarketDataAPI", "ProcessingQueue", "S3Events", "a-b", "HTTPServer")] == [
        "market_data_api",
        "processing_queue",
        "s3_events",
        "a_b",
        "http_server",
    ]


def test_a_system_has_the_buckets_and_buses_that_it_uses_or_is_run_by() -> None:
    assert samples.warehouse.buckets == (samples.inbound,)
    assert samples.warehouse.buses == (samples.movements,)
    assert System("one", functions=(samples.stocking,)).buses == (samples.movements,)
    watcher = Function("watcher", 5, triggers=(OnObjectCreated(bucket=samples.inbound),))
    assert System("one", functions=(watcher,)).buckets == (samples.inbound,)
    assert samples.warehouse.rules == samples.warehouse.event_rules == (samples.arrived,)
    assert samples.warehouse.topics == (samples.stocked,)


@pytest.mark.requirement("ALL-8")
def test_whatever_runs_a_function_asynchronously_gives_it_a_failure_queue() -> None:
    queues = {queue.name: queue.retention for queue in samples.warehouse.dead_letter_queues}
    assert queues == {
        "GoodsReceiving-failures": days(4),
        "stocking-failures": days(14),
        "watching-failures": days(14),
        "arrivals-dlq": days(14),
    }


def waited_for(timeout: int, answers_within: int | None = None) -> System:
    function = replace(samples.intake, timeout=timeout, answers_within=answers_within, triggers=())
    route = Route("POST", "/orders", invokes=function, body="orders.json")
    return System("one", functions=(function,), apis=(Api("gate", Throttle(1, 1), (route,)),))


@pytest.mark.parametrize(("timeout", "answers_within"), [(30, None), (10, 30)])
def test_a_route_waits_no_longer_than_api_gateway_does(timeout: int, answers_within: int | None) -> None:
    with pytest.raises(
        ValueError, match="POST /orders of 'gate' waits for at most 29 s, but 'order-intake' may take 30 s"
    ):
        waited_for(timeout, answers_within)


@pytest.mark.parametrize(("timeout", "answers_within"), [(29, None), (900, 29)])
def test_what_answers_in_time_may_run_on(timeout: int, answers_within: int | None) -> None:
    assert waited_for(timeout, answers_within).apis


@pytest.mark.requirement("ALL-8")
def test_a_route_that_does_not_wait_needs_a_function_that_keeps_what_fails() -> None:
    route = Route("POST", "/goods", invokes=samples.intake, body="goods.json", asynchronous=True)
    with pytest.raises(
        ValueError, match="POST /goods of 'gate' does not wait, but 'order-intake' is not described as as"
    ):
        System("one", functions=(samples.intake,), apis=(Api("gate", Throttle(1, 1), (route,)),))


def test_logs_are_taken_of_other_functions_of_the_same_system() -> None:
    for name in ("nobody", "watcher"):
        watcher = Function("watcher", 5, triggers=(OnLogs(name="logs", of=(name,), pattern=""),))
        with pytest.raises(
            ValueError, match=f"'watcher' takes the logs of {name}; it can take those of .* 'one': other"
        ):
            System("one", functions=(watcher, Function("other", 5)))
    with pytest.raises(ValueError, match="of the other functions of 'one': none"):
        System("one", functions=(Function("watcher", 5, triggers=(OnLogs(name="l", of=("x",), pattern=""),)),))


def test_a_bucket_runs_one_function() -> None:
    watchers = tuple(Function(name, 5, triggers=(OnObjectCreated(bucket=samples.inbound),)) for name in ("a", "b"))
    with pytest.raises(ValueError, match="bucket 'inbound-goods' has two functions that it runs"):
        System("one", functions=watchers)
