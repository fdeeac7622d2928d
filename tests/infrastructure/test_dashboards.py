"""Dashboards against everything that is deployed."""

import json
from typing import Any

import pytest

from shared.model import System
from tests.infrastructure.engine import SYSTEMS, Environment
from tests.infrastructure.fake_aws import REGION
from tests.infrastructure.metrics import Series, measured


def widgets(environment: Environment, system: System) -> list[dict[str, Any]]:
    """Widgets of the system's one dashboard."""
    (body,) = (
        one.inputs["dashboardBody"]
        for one in environment.of("cloudwatch/dashboard:Dashboard")
        if one.inputs["dashboardName"] == f"{system.name}-{environment.suffix}"
    )
    return json.loads(body)["widgets"]


def shown(widget: dict[str, Any]) -> list[Series]:
    return [
        (namespace, name, frozenset(zip(said[::2], said[1::2], strict=True)))
        for namespace, name, *said, _ in widget["properties"]["metrics"]
    ]


RUNNING = [system for system in SYSTEMS if system.functions]


@pytest.mark.requirement("ALL-11")
def test_every_system_that_runs_has_one_dashboard(environment: Environment) -> None:
    names = [one.inputs["dashboardName"] for one in environment.of("cloudwatch/dashboard:Dashboard")]
    assert sorted(names) == sorted(f"{system.name}-{environment.suffix}" for system in RUNNING)


@pytest.mark.requirement("ALL-11")
@pytest.mark.parametrize("system", RUNNING, ids=lambda system: system.name)
def test_no_widget_dangles_and_none_is_empty(environment: Environment, system: System) -> None:
    exists = measured(environment)
    for widget in widgets(environment, system):
        assert widget["properties"]["region"] == REGION
        assert shown(widget)
        assert set(shown(widget)) - exists == set()


@pytest.mark.requirement("ALL-11")
@pytest.mark.parametrize("system", RUNNING, ids=lambda system: system.name)
def test_every_function_queue_and_api_of_the_system_is_shown(environment: Environment, system: System) -> None:
    elements = (*system.functions, *system.queues, *system.dead_letter_queues, *system.apis)
    kinds = {"FunctionName", "QueueName", "ApiName"}
    series = [one for widget in widgets(environment, system) for one in shown(widget)]
    named = {value for _, _, dimensions in series for kind, value in dimensions if kind in kinds}
    assert named == {f"{element.name}-{environment.suffix}" for element in elements}
