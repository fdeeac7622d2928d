"""Alarms and metric filters against everything that is deployed: nothing is unwatched, none watches in vain."""

from collections.abc import Mapping
from typing import Any

import pytest

from shared.checkout import CHECKOUT
from shared.operators import alarms as operators_alarms
from shared.runbooks import Runbook
from tests.infrastructure.engine import SYSTEMS, Environment, Registered
from tests.infrastructure.metrics import measured

DEPTH = "ApproximateNumberOfMessagesVisible"
AGE = "ApproximateAgeOfOldestMessage"


def alarms_of(environment: Environment) -> list[Registered]:
    return environment.of("cloudwatch/metricAlarm:MetricAlarm")


def watched(environment: Environment, namespace: str, metric: str, dimensions: Mapping[str, str]) -> dict[str, Any]:
    """Inputs of the one alarm on the metric."""
    (alarm,) = (
        one.inputs
        for one in alarms_of(environment)
        if (one.inputs["namespace"], one.inputs["metricName"]) == (namespace, metric)
        and one.inputs.get("dimensions", {}) == dimensions
    )
    return dict(alarm)


def filters_of(environment: Environment) -> list[Mapping[str, Any]]:
    return [one.inputs for one in environment.of("cloudwatch/logMetricFilter:LogMetricFilter")]


@pytest.mark.requirement("ALL-11")
def test_every_dead_letter_queue_rings_at_its_first_message(environment: Environment) -> None:
    described = {f"{q.name}-{environment.suffix}" for system in SYSTEMS for q in system.dead_letter_queues}
    made = {q.inputs["name"] for q in environment.of("sqs/queue:Queue") if "redriveAllowPolicy" in q.inputs}
    assert described == made
    for queue in described:
        alarm = watched(environment, "AWS/SQS", DEPTH, {"QueueName": queue})
        assert (alarm["statistic"], alarm["threshold"]) == ("Maximum", 0)


@pytest.mark.requirement("ALL-14")
def test_every_other_queue_rings_while_most_of_the_time_is_left_in_which_its_messages_can_be_saved(
    environment: Environment,
) -> None:
    queues = [q.inputs for q in environment.of("sqs/queue:Queue") if "redriveAllowPolicy" not in q.inputs]
    assert {q["name"] for q in queues} == {f"{q.name}-{environment.suffix}" for one in SYSTEMS for q in one.queues}
    for queue in queues:
        alarm = watched(environment, "AWS/SQS", AGE, {"QueueName": queue["name"]})
        assert alarm["statistic"] == "Maximum"
        # Seconds; a message may wait for as long as it is retried without anybody being called.
        assert 3 * queue["visibilityTimeoutSeconds"] < alarm["threshold"] <= queue["messageRetentionSeconds"] / 4


@pytest.mark.requirement("ALL-14")
def test_every_function_whose_failures_are_kept_rings_when_one_could_not_be(environment: Environment) -> None:
    kept = {
        one.inputs["functionName"]
        for one in environment.of("lambda/functionEventInvokeConfig:FunctionEventInvokeConfig")
    }
    mappings = [one.inputs for one in environment.of("lambda/eventSourceMapping:EventSourceMapping")]
    fed = {mapping["functionName"] for mapping in mappings if "destinationConfig" in mapping}
    assert kept
    assert fed
    for name in kept | fed:
        alarm = watched(environment, "AWS/Lambda", "DestinationDeliveryFailures", {"FunctionName": name})
        assert (alarm["statistic"], alarm["threshold"]) == ("Sum", 0)


@pytest.mark.requirement("ALL-11")
@pytest.mark.parametrize("metric", ["Errors", "Throttles"])
def test_every_function_rings_when_it_fails_or_is_throttled(environment: Environment, metric: str) -> None:
    for function in environment.of("lambda/function:Function"):
        alarm = watched(environment, "AWS/Lambda", metric, {"FunctionName": function.inputs["name"]})
        assert (alarm["statistic"], alarm["threshold"]) == ("Sum", 0)


@pytest.mark.requirement("ALL-11")
def test_every_function_that_a_stream_feeds_rings_long_before_the_stream_forgets(environment: Environment) -> None:
    mappings = [one.inputs for one in environment.of("lambda/eventSourceMapping:EventSourceMapping")]
    fed = {mapping["functionName"] for mapping in mappings if "/stream/" in mapping["eventSourceArn"]}
    assert fed
    for name in fed:
        alarm = watched(environment, "AWS/Lambda", "IteratorAge", {"FunctionName": name})
        assert alarm["statistic"] == "Maximum"
        # Milliseconds; a stream keeps its records for a day.
        assert 60_000 <= alarm["threshold"] <= 3_600_000


@pytest.mark.requirement("ALL-11")
def test_every_api_rings_when_it_answers_with_a_server_error(environment: Environment) -> None:
    apis = {api.outputs["id"]: api.inputs["name"] for api in environment.of("apigateway/restApi:RestApi")}
    stages = environment.of("apigateway/stage:Stage")
    assert sorted(apis) == sorted(stage.inputs["restApi"] for stage in stages)
    for stage in stages:
        dimensions = {"ApiName": apis[stage.inputs["restApi"]], "Stage": stage.inputs["stageName"]}
        alarm = watched(environment, "AWS/ApiGateway", "5XXError", dimensions)
        assert (alarm["statistic"], alarm["threshold"]) == ("Sum", 0)


@pytest.mark.requirement("ALL-11")
def test_every_functions_log_counts_errors_and_exceptions_and_rings_for_each(environment: Environment) -> None:
    filters = filters_of(environment)
    functions = [one.inputs["name"] for one in environment.of("lambda/function:Function")]
    assert {one["logGroupName"] for one in filters} == {f"/aws/lambda/{name}" for name in functions}
    for name in functions:
        of_function = [one for one in filters if one["logGroupName"] == f"/aws/lambda/{name}"]
        assert sorted(one["pattern"] for one in of_function) == ["ERROR", "Exception"]
        for one in of_function:
            counted = one["metricTransformation"]
            assert (counted["value"], counted["defaultValue"]) == ("1", "0")
            alarm = watched(environment, counted["namespace"], counted["name"], {})
            assert (alarm["statistic"], alarm["threshold"]) == ("Sum", 0)


@pytest.mark.requirement("ALL-1", "ALL-11")
def test_what_is_counted_in_two_logs_or_two_environments_does_not_add_up(environment: Environment) -> None:
    transformations = [one["metricTransformation"] for one in filters_of(environment)]
    assert len({(one["namespace"], one["name"]) for one in transformations}) == len(transformations)
    assert all(one["namespace"].endswith(f"-{environment.suffix}") for one in transformations)


@pytest.mark.requirement("ALL-11")
def test_every_filter_reads_a_log_group_of_ours(environment: Environment) -> None:
    groups = {group.inputs["name"] for group in environment.of("cloudwatch/logGroup:LogGroup")}
    assert {one["logGroupName"] for one in filters_of(environment)} <= groups


@pytest.mark.requirement("ALL-11")
def test_no_alarm_dangles(environment: Environment) -> None:
    exists = measured(environment)
    seen = [
        (one.inputs["namespace"], one.inputs["metricName"], frozenset(one.inputs.get("dimensions", {}).items()))
        for one in alarms_of(environment)
    ]
    assert set(seen) - exists == set()
    assert len(set(seen)) == len(seen)


@pytest.mark.requirement("ALL-11")
def test_every_alarm_rings_within_a_minute_and_tells_the_operators_both_when_it_begins_and_ends(
    environment: Environment,
) -> None:
    topic = environment.the("sns/topic:Topic", f"{operators_alarms.name}-{environment.suffix}").outputs["arn"]
    for alarm in (one.inputs for one in alarms_of(environment)):
        assert alarm["alarmActions"] == alarm["okActions"] == [topic]
        assert alarm.get("actionsEnabled", True) is True
        assert alarm["comparisonOperator"] == "GreaterThanThreshold"
        assert (alarm["period"], alarm["evaluationPeriods"]) == (60, 1)
        assert alarm["treatMissingData"] == "notBreaching"


@pytest.mark.requirement("ALL-11", "RP-2")
def test_every_alarm_leads_to_a_runbook_that_exists_and_every_runbook_of_alarms_is_led_to(
    environment: Environment,
) -> None:
    led = {alarm.inputs["alarmDescription"].rpartition(" What to do: ")[2] for alarm in alarms_of(environment)}
    assert led == {runbook.value for runbook in Runbook}
    assert all((CHECKOUT / path).is_file() for path in led)


@pytest.mark.requirement("ALL-10")
def test_every_alarm_belongs_to_the_system_whose_trouble_it_tells(environment: Environment) -> None:
    for system in SYSTEMS:
        queues = (*system.queues, *system.dead_letter_queues)
        names = [element.name for element in (*system.functions, *queues)]
        of_system = [one for one in alarms_of(environment) if one.inputs["tags"]["System"] == system.name]
        for alarm in of_system:
            assert alarm.inputs["name"].startswith((*names, *(api.name for api in system.apis)))
