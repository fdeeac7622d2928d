"""Alarms, metric filters and dashboards: nothing that fails goes unnoticed."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from operations.alarm_state import ALARMS_A_CALL
from operations.batches import batches
from operations.validation.deployed import Deployed
from operations.validation.examination import Examined, elements, examine_each, named, shows
from operations.validation.finding import Fact, Finding, agrees, equals, holds
from shared.alarms import alarms
from shared.model import Api, DeadLetterQueue, Function, Queue
from shared.operators import alarms as operators_topic
from shared.stage import STAGE

# Namespace and name.
Metric = tuple[str, str]
DEPTH = "ApproximateNumberOfMessagesVisible"
AGE = "ApproximateAgeOfOldestMessage"


def examine(deployed: Deployed) -> Iterator[Finding]:
    """Findings on what must be watched, on what is described to be, and on the dashboards."""
    naming = deployed.naming
    queues = elements(deployed, lambda system: system.queues, lambda _, queue: naming.name(queue))
    yield from examine_each(queues, (_backlog,))
    dead = elements(deployed, lambda system: system.dead_letter_queues, lambda _, queue: naming.name(queue))
    yield from examine_each(dead, (_depth,))
    functions = elements(deployed, lambda system: system.functions, lambda _, one: naming.name(one))
    yield from examine_each(functions, (_failures, _lost_failures, _lag, _filters))
    apis = elements(deployed, lambda system: system.apis, lambda _, api: naming.name(api))
    yield from examine_each(apis, (_server_errors,))
    for system in deployed.systems:
        described = [alarm.name for alarm in alarms(system, naming)]
        yield from examine_each(named(deployed, system, described), (_alarm,))
        if system.functions:
            yield from examine_each(named(deployed, system, [system.name]), (_dashboard,))


@shows("ALL-11")
def _backlog(queue: Examined[Queue]) -> Iterator[Fact]:
    most = queue.element.retention / 2
    yield _watched(queue, "age", ("AWS/SQS", AGE), {"QueueName": queue.name}, most=most)


@shows("ALL-11")
def _depth(queue: Examined[DeadLetterQueue]) -> Iterator[Fact]:
    yield _watched(queue, "depth", ("AWS/SQS", DEPTH), {"QueueName": queue.name})


@shows("ALL-11")
def _failures(function: Examined[Function]) -> Iterator[Fact]:
    for metric in ("Errors", "Throttles"):
        yield _watched(function, metric.lower(), ("AWS/Lambda", metric), {"FunctionName": function.name})


@shows("ALL-11")
def _lost_failures(function: Examined[Function]) -> Iterator[Fact]:
    if function.element.failure_queues:
        metric = ("AWS/Lambda", "DestinationDeliveryFailures")
        yield _watched(function, "failures that are lost", metric, {"FunctionName": function.name})


@shows("ALL-11")
def _lag(function: Examined[Function]) -> Iterator[Fact]:
    if any(function.element.streams):
        dimensions = {"FunctionName": function.name}
        yield _watched(function, "iterator age", ("AWS/Lambda", "IteratorAge"), dimensions, most=86_400_000)


@shows("ALL-11")
def _server_errors(api: Examined[Api]) -> Iterator[Fact]:
    yield _watched(api, "5XX", ("AWS/ApiGateway", "5XXError"), {"ApiName": api.name, "Stage": STAGE})


@shows("ALL-11")
def _filters(function: Examined[Function]) -> Iterator[Fact]:
    asked = {"logGroupName": f"/aws/lambda/{function.name}"}
    found = function.ask("logs", "describe_metric_filters", **asked)["metricFilters"]
    patterns = {one.get("filterPattern", "").strip('"') for one in found}
    for pattern in ("ERROR", "Exception"):
        yield holds(f"metric filter on {pattern}", pattern in patterns, pattern in patterns, "yes")


@shows("ALL-11")
def _alarm(alarm: Examined[str]) -> Iterator[Fact]:
    found = next((one for one in _all(alarm.deployed) if one["AlarmName"] == alarm.name), None)
    yield holds("described alarm", found is not None, "there" if found else None, "there")
    if found:
        topic = alarm.deployed.naming.arn(operators_topic)
        rings = bool(found.get("ActionsEnabled")) and topic in found.get("AlarmActions", [])
        yield holds("speaks to", rings, "the operators" if rings else found.get("AlarmActions"), "the operators")
        yield equals("missing data", found.get("TreatMissingData"), "notBreaching")


@shows("ALL-11")
def _dashboard(dashboard: Examined[str]) -> Iterator[Fact]:
    body = dashboard.ask("cloudwatch", "get_dashboard", DashboardName=dashboard.name)["DashboardBody"]
    widgets = json.loads(body).get("widgets", [])
    yield holds("dashboard's graphs", bool(widgets), len(widgets), "at least one")
    missing = [
        name
        for name in (dashboard.deployed.naming.name(function) for function in dashboard.system.functions)
        if f'"{name}"' not in body
    ]
    yield agrees("dashboard shows", (f"not {name}" for name in missing), "every function")


def _watched(one: Examined[Any], what: str, metric: Metric, dimensions: Mapping[str, str], most: float = 0) -> Fact:
    """Whether an alarm that reaches the operators rings above `most`, the largest threshold that makes sense."""
    topic = one.deployed.naming.arn(operators_topic)
    well = any(
        (alarm.get("Namespace"), alarm.get("MetricName")) == metric
        and {pair["Name"]: pair["Value"] for pair in alarm.get("Dimensions", [])} == dimensions
        and alarm.get("ComparisonOperator") == "GreaterThanThreshold"
        and 0 <= alarm.get("Threshold", -1) <= most
        and alarm.get("ActionsEnabled")
        and topic in alarm.get("AlarmActions", [])
        for alarm in _all(one.deployed)
    )
    return holds(f"alarm on {what}", well, well, "yes")


def _all(deployed: Deployed) -> list[dict[str, Any]]:
    """The environment's alarms; an account may hold those of others."""
    names = [deployed.naming.suffixed(alarm.name) for one in deployed.systems for alarm in alarms(one, deployed.naming)]
    found: list[dict[str, Any]] = []
    for batch in batches(names, ALARMS_A_CALL):
        asked = {"AlarmNames": batch, "MaxRecords": ALARMS_A_CALL}
        found += deployed.ask("cloudwatch", "describe_alarms", **asked)["MetricAlarms"]
    return found
