"""What makes functions run without a caller who waits: schedules and streams, and where failures go."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from services.transactions.system import system as transactions
from services.transactions.system import transaction_events, transaction_router, webhook_validator
from shared.model import OnStream, number, string
from tests.infrastructure.engine import SYSTEMS, Environment, deployed, describe, run_layer


def queue_arns(environment: Environment) -> set[str]:
    return {queue.outputs["arn"] for queue in environment.of("sqs/queue:Queue")}


@pytest.mark.requirement("ALL-8")
def test_whatever_is_invoked_asynchronously_has_bounded_retries_and_a_failure_destination(
    environment: Environment,
) -> None:
    targets = {
        target.inputs["arn"].rpartition(":")[2] for target in environment.of("cloudwatch/eventTarget:EventTarget")
    }
    configured = {
        one.inputs["functionName"]: one.inputs
        for one in environment.of("lambda/functionEventInvokeConfig:FunctionEventInvokeConfig")
    }
    assert targets <= set(configured)
    for config in configured.values():
        assert 0 <= config["maximumRetryAttempts"] <= 2
        assert 60 <= config["maximumEventAgeInSeconds"] <= 21_600
        assert config["destinationConfig"]["onFailure"]["destination"] in queue_arns(environment)


@pytest.mark.requirement("ALL-8")
def test_every_rule_has_a_target_with_bounded_retries_and_a_dead_letter_queue_of_its_own(
    environment: Environment,
) -> None:
    targets = {target.inputs["rule"]: target.inputs for target in environment.of("cloudwatch/eventTarget:EventTarget")}
    assert set(targets) == {rule.inputs["name"] for rule in environment.of("cloudwatch/eventRule:EventRule")}
    queues = [target["deadLetterConfig"]["arn"] for target in targets.values()]
    assert set(queues) <= queue_arns(environment)
    assert len(set(queues)) == len(queues)
    for target in targets.values():
        assert 0 < target["retryPolicy"]["maximumRetryAttempts"] <= 185
        assert 60 <= target["retryPolicy"]["maximumEventAgeInSeconds"] <= 86_400


@pytest.mark.requirement("ALL-8")
def test_every_stream_mapping_bisects_bounds_reports_and_dead_letters(environment: Environment) -> None:
    mappings = environment.of("lambda/eventSourceMapping:EventSourceMapping")
    streams = [one.inputs for one in mappings if "/stream/" in one.inputs["eventSourceArn"]]
    described = [function for system in SYSTEMS for function in system.functions for _ in function.streams]
    assert len(streams) == len(described)
    for mapping in streams:
        assert mapping["bisectBatchOnFunctionError"] is True
        assert 0 <= mapping["maximumRetryAttempts"] <= 10_000
        # A stream keeps its records for a day.
        assert 60 <= mapping["maximumRecordAgeInSeconds"] < 86_400
        assert mapping["functionResponseTypes"] == ["ReportBatchItemFailures"]
        assert mapping["destinationConfig"]["onFailure"]["destinationArn"] in queue_arns(environment)


@pytest.mark.requirement("ALL-8")
def test_a_failure_queue_belongs_to_one_function(environment: Environment) -> None:
    mappings = environment.of("lambda/eventSourceMapping:EventSourceMapping")
    configs = environment.of("lambda/functionEventInvokeConfig:FunctionEventInvokeConfig")
    targets = environment.of("cloudwatch/eventTarget:EventTarget")
    streams = [one.inputs for one in mappings if "/stream/" in one.inputs["eventSourceArn"]]
    queues = [one["destinationConfig"]["onFailure"]["destinationArn"] for one in streams]
    queues += [one.inputs["destinationConfig"]["onFailure"]["destination"] for one in configs]
    queues += [one.inputs["deadLetterConfig"]["arn"] for one in targets]
    assert len(set(queues)) == len(queues)


def pattern_of(trigger: OnStream) -> dict[str, Any]:
    """What a record must be like to reach the function."""
    pattern: dict[str, Any] = {"eventName": list(trigger.event_names)} if trigger.event_names else {}
    if having := trigger.having:
        pattern["dynamodb"] = {"NewImage": {having.name: {having.type.value: [{"exists": True}]}}}
    return pattern


@pytest.mark.parametrize(
    "trigger",
    [
        OnStream(table=transaction_events, event_names=("INSERT", "MODIFY")),
        OnStream(table=transaction_events, having=number("amount")),
        OnStream(table=transaction_events, event_names=("INSERT",), having=string("unrouted")),
    ],
)
def test_a_record_must_be_of_the_kind_and_have_the_attribute_that_its_trigger_asks_for(
    trigger: OnStream, monkeypatch: pytest.MonkeyPatch
) -> None:
    (wanted,) = mapping_of(trigger, monkeypatch)["filterCriteria"]["filters"]
    assert json.loads(wanted["pattern"]) == pattern_of(trigger)


def test_a_trigger_that_asks_for_nothing_gets_every_record(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "filterCriteria" not in mapping_of(OnStream(table=transaction_events), monkeypatch)


def mapping_of(trigger: OnStream, monkeypatch: pytest.MonkeyPatch) -> Mapping[str, Any]:
    """The mapping of a router that is triggered so and in no other way."""
    _, schedule = transaction_router.triggers
    router = replace(transaction_router, triggers=(trigger, schedule))
    describe(monkeypatch, replace(transactions, functions=(webhook_validator, router)))
    upstreams = {name: layer.outputs for name, layer in deployed("prod").layers.items()}
    made = run_layer("compute", "prod", upstreams).resources
    (mapping,) = (one.inputs for one in made if one.type == "aws:lambda/eventSourceMapping:EventSourceMapping")
    return mapping


def test_every_stream_mapping_reads_as_its_trigger_says(environment: Environment) -> None:
    tables = {table.inputs["name"]: table.outputs.get("streamArn") for table in environment.of("dynamodb/table:Table")}
    for function in (function for system in SYSTEMS for function in system.functions):
        for trigger in function.streams:
            (mapping,) = (
                one.inputs
                for one in environment.of("lambda/eventSourceMapping:EventSourceMapping")
                if one.inputs["eventSourceArn"] == tables[f"{trigger.table.name}-{environment.suffix}"]
                and one.inputs["functionName"] == f"{function.name}-{environment.suffix}"
            )
            (wanted,) = mapping["filterCriteria"]["filters"]
            assert json.loads(wanted["pattern"]) == pattern_of(trigger)
            assert mapping["startingPosition"] == trigger.starting_position.value
            assert mapping["batchSize"] == trigger.batch_size
            assert mapping["maximumBatchingWindowInSeconds"] == trigger.batching_window
            assert mapping["maximumRetryAttempts"] == trigger.retries


def test_every_schedule_runs_at_its_rate_with_its_input_and_is_permitted(environment: Environment) -> None:
    for function in (function for system in SYSTEMS for function in system.functions):
        for schedule in function.schedules:
            name = f"{schedule.name}-{environment.suffix}"
            rule = environment.the("cloudwatch/eventRule:EventRule", name)
            (target,) = (
                one.inputs for one in environment.of("cloudwatch/eventTarget:EventTarget") if one.inputs["rule"] == name
            )
            (permission,) = (
                one.inputs
                for one in environment.of("lambda/permission:Permission")
                if one.inputs["sourceArn"] == rule.outputs["arn"]
            )
            count = schedule.every // 60
            assert rule.inputs["scheduleExpression"] == f"rate({count} minute{'' if count == 1 else 's'})"
            assert json.loads(target["input"]) == schedule.input
            assert target["arn"].endswith(f":function:{function.name}-{environment.suffix}")
            assert permission["principal"] == "events.amazonaws.com"
            assert permission["function"] == f"{function.name}-{environment.suffix}"
