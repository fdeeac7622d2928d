"""The dashboard of a system, as a document."""

import json
from dataclasses import replace
from typing import Any

import pytest

from shared.dashboard import dashboard_body, graphs
from shared.model import System
from tests.unit.shared import samples
from tests.unit.shared.samples import NAMING


def widgets(system: System) -> list[dict[str, Any]]:
    body: Any = json.loads(json.dumps(dashboard_body(system, NAMING)))
    return body["widgets"]


@pytest.mark.requirement("ALL-11")
def test_a_dashboard_shows_the_apis_the_functions_the_queues_and_the_dead_letters() -> None:
    assert [graph.title for graph in graphs(samples.shop, NAMING)] == [
        "shop-api: requests",
        "shop-api: latency in ms",
        "functions: invocations",
        "functions: errors",
        "functions: throttles",
        "functions: duration in ms",
        "queues: messages",
        "dead letters",
    ]


def test_a_widget_says_metrics_dimensions_and_statistics_as_cloudwatch_reads_them() -> None:
    by_title = {widget["properties"]["title"]: widget for widget in widgets(samples.shop)}
    api = ["ApiName", "shop-api-unit", "Stage", "v1"]
    assert by_title["shop-api: latency in ms"] == {
        "type": "metric",
        "x": 12,
        "y": 0,
        "width": 12,
        "height": 6,
        "properties": {
            "title": "shop-api: latency in ms",
            "region": "us-east-1",
            "period": 60,
            "view": "timeSeries",
            "metrics": [["AWS/ApiGateway", "Latency", *api, {"stat": "p99", "label": "Latency"}]],
        },
    }
    assert by_title["functions: errors"]["properties"]["metrics"] == [
        ["AWS/Lambda", "Errors", "FunctionName", "order-intake-unit", {"stat": "Sum", "label": "order-intake"}],
        ["AWS/Lambda", "Errors", "FunctionName", "shipper-unit", {"stat": "Sum", "label": "shipper"}],
        ["AWS/Lambda", "Errors", "FunctionName", "courier-unit", {"stat": "Sum", "label": "courier"}],
    ]


def test_widgets_stand_side_by_side_within_the_grid_and_cover_no_other() -> None:
    cells = [
        (x, y)
        for widget in widgets(samples.shop)
        for x in range(widget["x"], widget["x"] + widget["width"])
        for y in range(widget["y"], widget["y"] + widget["height"])
    ]
    assert len(set(cells)) == len(cells)
    assert max(x for x, _ in cells) == 23


def test_what_a_system_has_not_leaves_no_empty_graph_which_cloudwatch_would_refuse() -> None:
    small = replace(samples.shop, functions=(samples.intake,), apis=())
    assert [widget["properties"]["title"] for widget in widgets(small)] == [
        "functions: invocations",
        "functions: errors",
        "functions: throttles",
        "functions: duration in ms",
    ]
    assert all(widget["properties"]["metrics"] for widget in widgets(small))
