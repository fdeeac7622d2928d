"""Gap: log events become metrics, by metric filters and by the embedded metric format."""

import json
import time
import uuid
from typing import Any

import pytest

from tests.local.emulator.cloud import Cloud
from tests.local.emulator.metrics import total

PRINTS = "def handler(event, context): print(event)"


class FilteredGroup:
    """A log group with one metric filter."""

    def __init__(self, cloud: Cloud, pattern: str, **transformation: Any) -> None:
        self.cloud, self.logs = cloud, cloud.client("logs")
        self.group = self.namespace = f"group-{uuid.uuid4().hex[:8]}"
        self.logs.create_log_group(logGroupName=self.group)
        self.logs.create_log_stream(logGroupName=self.group, logStreamName="stream")
        named = {"metricNamespace": self.namespace, "metricName": "found", "metricValue": "1", **transformation}
        self.logs.put_metric_filter(
            logGroupName=self.group, filterName="filter", filterPattern=pattern, metricTransformations=[named]
        )

    def log(self, *messages: str) -> None:
        events = [{"timestamp": int(time.time() * 1000), "message": message} for message in messages]
        self.logs.put_log_events(logGroupName=self.group, logStreamName="stream", logEvents=events)

    def found(self, statistic: str = "Sum") -> float:
        return total(self.cloud, self.namespace, "found", statistic)


@pytest.mark.parametrize(
    ("pattern", "matched", "passed"),
    [
        ("ERROR", "[ERROR] no", "error: no"),
        ("ERROR refused", "refused: ERROR", "ERROR alone"),
        ('"task timed out"', "the task timed out now", "task was timed out"),
        ("?ERROR ?Exception", "KeyException", "all well"),
        ("ERROR -retry", "ERROR", "ERROR, will retry"),
        ("%5[0-9]{2}%", "status 503", "status 200"),
        ("", "whatever", ""),
        ('{ $.level = "ERROR" }', '{"level": "ERROR"}', '{"level": "INFO"}'),
        ("{ ($.status >= 500) && ($.path = /web*) }", '{"status": 502, "path": "/webhook"}', '{"status": 502}'),
        ("{ $.a.b[0] IS TRUE || $.c NOT EXISTS }", '{"a": {"b": [true]}, "c": 1}', '{"c": 1}'),
    ],
)
def test_a_pattern_counts_what_matches(cloud: Cloud, pattern: str, matched: str, passed: str) -> None:
    group = FilteredGroup(cloud, pattern)
    group.log(matched, matched, *([passed] if passed else []))
    assert group.found() == 2


def test_a_filter_counts_nothing_in_plain_mode(plain_cloud: Cloud) -> None:
    group = FilteredGroup(plain_cloud, "ERROR")
    group.log("ERROR")
    assert group.found() == -1


def test_the_default_value_is_published_when_nothing_matches(cloud: Cloud) -> None:
    group = FilteredGroup(cloud, "ERROR", defaultValue=0.0)
    assert group.found() == -1
    group.log("all well")
    assert group.found() == 0
    group.log("ERROR", "all well")
    assert (group.found(), group.found("SampleCount")) == (1, 2)


def test_the_value_may_come_from_the_event(cloud: Cloud) -> None:
    group = FilteredGroup(cloud, "{ $.ms > 0 }", metricValue="$.ms")
    group.log('{"ms": 7}', '{"ms": 5}')
    assert group.found() == 12


@pytest.mark.parametrize("pattern", ["[ip, user]", '"open', "{ $.a }", "{ a = 1 }", "%(%", "{ $.a > b }"])
def test_what_is_not_understood_is_refused(cloud: Cloud, pattern: str) -> None:
    with pytest.raises(cloud.client("logs").exceptions.InvalidParameterException, match="Invalid metric filter"):
        FilteredGroup(cloud, pattern)


def test_a_functions_log_feeds_its_filters(cloud: Cloud) -> None:
    function = cloud.function(PRINTS)
    cloud.invoke(function, "first, so that the group exists")
    namespace = f"space-{function}"
    cloud.client("logs").put_metric_filter(
        logGroupName=f"/aws/lambda/{function}", filterName="errors", filterPattern="ERROR",
        metricTransformations=[{"metricNamespace": namespace, "metricName": "errors", "metricValue": "1"}],
    )  # fmt: skip
    cloud.invoke(function, "ERROR: refused")
    assert total(cloud, namespace, "errors") == 1


def test_embedded_metrics_are_published(cloud: Cloud, plain_cloud: Cloud) -> None:
    def published(of: Cloud) -> tuple[float, float]:
        namespace = f"space-{uuid.uuid4().hex[:8]}"
        metrics = [{"Name": "Routed", "Unit": "Count"}, {"Name": "Latency", "Unit": "Milliseconds"}]
        directive = {"Namespace": namespace, "Dimensions": [["service"]], "Metrics": metrics}
        header = {"Timestamp": int(time.time() * 1000), "CloudWatchMetrics": [directive]}
        document = {"_aws": header, "service": "router", "Routed": 3, "Latency": [4, 6]}
        of.invoke(of.function("def handler(event, context): print(event)"), json.dumps(document))
        return (
            total(of, namespace, "Routed", service="router"),
            total(of, namespace, "Latency", "Average", service="router"),
        )

    assert published(cloud) == (3, 5)
    assert published(plain_cloud) == (-1, -1)
