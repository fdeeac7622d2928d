"""The alarms that follow from a description."""

from dataclasses import replace

import pytest

from shared.alarms import Alarm, Metric, alarms
from shared.log_patterns import LOG_PATTERNS, metric_name
from shared.model import Function, Queue, System, days, seconds, sends
from shared.naming import Naming
from shared.operators import OPERATORS
from shared.runbooks import Runbook
from tests.unit.shared import samples
from tests.unit.shared.samples import NAMING

# They have the alarms that every function has.
OTHERS = ("order-intake", "courier")
DEPTH = "ApproximateNumberOfMessagesVisible"


def of_shop() -> dict[str, Alarm]:
    return {alarm.name: alarm for alarm in alarms(samples.shop, NAMING)}


def names_of(system: System) -> list[str]:
    return [alarm.name for alarm in alarms(system, NAMING)]


@pytest.mark.requirement("ALL-11")
def test_a_system_has_the_alarms_of_its_queues_dead_letters_functions_streams_and_apis_and_no_other() -> None:
    assert [alarm.name for alarm in alarms(samples.shop, NAMING)] == [
        "labels-age",
        *("labels-dlq-depth", "shipper-failures-depth", "shipper-stream-dlq-depth", "sweep-dlq-depth"),
        *("order-intake-errors", "order-intake-throttles"),
        *("order-intake-logged-error", "order-intake-logged-exception"),
        *("shipper-errors", "shipper-throttles", "shipper-undelivered-failures", "shipper-iterator-age"),
        *("shipper-logged-error", "shipper-logged-exception"),
        *("courier-errors", "courier-throttles", "courier-logged-error", "courier-logged-exception"),
        "shop-api-5xx",
    ]


@pytest.mark.requirement("ALL-11")
def test_every_alarm_looks_at_the_metric_that_tells_its_trouble() -> None:
    shipper = {"FunctionName": "shipper-unit"}
    api = {"ApiName": "shop-api-unit", "Stage": "v1"}
    assert {name: alarm.metric for name, alarm in of_shop().items() if not name.startswith(OTHERS)} == {
        "labels-age": Metric("AWS/SQS", "ApproximateAgeOfOldestMessage", {"QueueName": "labels-unit"}, "Maximum"),
        "labels-dlq-depth": Metric("AWS/SQS", DEPTH, {"QueueName": "labels-dlq-unit"}, "Maximum"),
        "shipper-failures-depth": Metric("AWS/SQS", DEPTH, {"QueueName": "shipper-failures-unit"}, "Maximum"),
        "shipper-stream-dlq-depth": Metric("AWS/SQS", DEPTH, {"QueueName": "shipper-stream-dlq-unit"}, "Maximum"),
        "sweep-dlq-depth": Metric("AWS/SQS", DEPTH, {"QueueName": "sweep-dlq-unit"}, "Maximum"),
        "shipper-errors": Metric("AWS/Lambda", "Errors", shipper, "Sum"),
        "shipper-throttles": Metric("AWS/Lambda", "Throttles", shipper, "Sum"),
        "shipper-undelivered-failures": Metric("AWS/Lambda", "DestinationDeliveryFailures", shipper, "Sum"),
        "shipper-iterator-age": Metric("AWS/Lambda", "IteratorAge", shipper, "Maximum"),
        "shipper-logged-error": Metric("corner-shop-unit", "shipper-ERROR", {}, "Sum"),
        "shipper-logged-exception": Metric("corner-shop-unit", "shipper-Exception", {}, "Sum"),
        "shop-api-5xx": Metric("AWS/ApiGateway", "5XXError", api, "Sum"),
    }


@pytest.mark.requirement("ALL-11")
def test_every_alarm_rings_at_once_but_for_what_may_wait_for_a_while() -> None:
    thresholds = {name: alarm.threshold for name, alarm in of_shop().items()}
    assert thresholds.pop("shipper-iterator-age") == 300_000
    assert thresholds.pop("labels-age") == days(1)
    assert set(thresholds.values()) == {0}


def test_every_alarm_says_in_words_what_it_is_about() -> None:
    abouts = ("labels", "shipper", "sweep", "order-intake", "courier", "shop-api")
    for alarm in of_shop().values():
        assert any(about in alarm.description for about in abouts)


@pytest.mark.requirement("ALL-14")
def test_what_waits_in_a_queue_rings_after_a_quarter_of_its_time_whoever_consumes_it() -> None:
    for_others = Queue("manifests", retention=days(8))
    sender = Function("printer", timeout=seconds(5), uses=(sends(for_others),))
    ages = [alarm for alarm in alarms(System("press", functions=(sender,)), NAMING) if alarm.name.endswith("-age")]
    assert [(alarm.name, alarm.threshold, alarm.runbook) for alarm in ages] == [
        ("manifests-age", days(2), Runbook.BACKLOG),
    ]


@pytest.mark.requirement("ALL-14")
def test_only_a_function_whose_failures_lambda_keeps_can_lose_one() -> None:
    found = [name for system in (samples.shop, samples.warehouse) for name in names_of(system)]
    assert [name for name in found if name.endswith("-undelivered-failures")] == [
        "shipper-undelivered-failures",
        "GoodsReceiving-undelivered-failures",
        "stocking-undelivered-failures",
        "watching-undelivered-failures",
    ]


def test_a_function_without_a_stream_has_no_lag() -> None:
    assert not [name for name in of_shop() if name.startswith("order-intake") and "age" in name]


def test_two_environments_count_into_namespaces_of_their_own() -> None:
    there = Naming(suffix="other", region="us-east-1", account_id="123456789012")
    metrics = [{repr(alarm.metric) for alarm in alarms(samples.shop, naming)} for naming in (NAMING, there)]
    assert metrics[0] & metrics[1] == set()


def test_a_system_of_nothing_has_no_alarm() -> None:
    assert list(alarms(replace(samples.shop, functions=(), apis=()), NAMING)) == []
    assert list(alarms(System("empty", functions=()), NAMING)) == []
    assert list(alarms(OPERATORS, NAMING)) == []


@pytest.mark.requirement("ALL-11")
def test_error_and_exception_are_looked_for_under_a_metric_each() -> None:
    assert LOG_PATTERNS == ("ERROR", "Exception")
    assert [metric_name(samples.intake, pattern) for pattern in LOG_PATTERNS] == [
        "order-intake-ERROR",
        "order-intake-Exception",
    ]
