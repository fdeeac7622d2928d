"""What makes functions run: bounded retries, and a place for what still fails."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from operations.validation.deployed import Deployed
from operations.validation.documents import allows_service, statements
from operations.validation.examination import Examined, elements, examine_each, shows
from operations.validation.finding import Fact, Finding, equals, holds
from operations.validation.queues import attributes
from shared.model import Function, OnEvent, OnSchedule, Rule

# Lambda's own bound.
MOST_ATTEMPTS = 2
A_DAY = 86_400


def examine(deployed: Deployed) -> Iterator[Finding]:
    """Findings on asynchronous invocations, on stream and queue mappings, and on rules."""
    naming = deployed.naming
    functions = elements(deployed, lambda system: system.functions, lambda _, one: naming.name(one))
    yield from examine_each(functions, (_asynchronous, _mappings, _queue_mappings, _permissions))
    rules = elements(deployed, lambda system: system.rules, lambda _, one: naming.name(one))
    yield from examine_each(rules, (_rule, _targets, _dead_letters))


def mappings(function: Examined[Function]) -> list[dict[str, Any]]:
    """The function's event source mappings."""
    asked = {"FunctionName": function.name}
    return function.deployed.ask_all("lambda", "list_event_source_mappings", "EventSourceMappings", **asked)


@shows("ALL-8")
def _asynchronous(function: Examined[Function]) -> Iterator[Fact]:
    failures = function.element.failure_queue
    if failures is None:
        return
    found = function.ask("lambda", "get_function_event_invoke_config", FunctionName=function.name)
    attempts = found.get("MaximumRetryAttempts")
    wanted = function.element.asynchronous_retries
    well = attempts == wanted.attempts <= MOST_ATTEMPTS
    yield holds("asynchronous retries", well, attempts, f"{wanted.attempts}, and at most {MOST_ATTEMPTS}")
    yield equals("asynchronous event age in s", found.get("MaximumEventAgeInSeconds"), wanted.maximum_event_age)
    destination = found.get("DestinationConfig", {}).get("OnFailure", {}).get("Destination")
    own = destination == function.deployed.naming.arn(failures)
    yield holds("asynchronous failures go to", own, "the function's queue" if own else destination, failures.name)
    if success := function.element.on_success:
        told = found.get("DestinationConfig", {}).get("OnSuccess", {}).get("Destination")
        yield equals("asynchronous successes go to", told, function.deployed.naming.arn(success))


@shows("ALL-8")
def _mappings(function: Examined[Function]) -> Iterator[Fact]:
    naming = function.deployed.naming
    triggers = {naming.arn(trigger.table): trigger for trigger in function.element.streams}
    found = {one["EventSourceArn"].partition("/stream/")[0]: one for one in mappings(function)}
    streams = {arn: mapping for arn, mapping in found.items() if ":dynamodb:" in arn}
    yield equals("streams", set(streams), set(triggers))
    failures = function.element.stream_failure_queue
    for arn in set(triggers) & set(streams):
        mapping, trigger = streams[arn], triggers[arn]
        yield equals("mapping's state", mapping.get("State"), "Enabled")
        yield equals("bisects on error", mapping.get("BisectBatchOnFunctionError", False), True)
        yield equals("partial batch response", mapping.get("FunctionResponseTypes"), ["ReportBatchItemFailures"])
        attempts, age = mapping.get("MaximumRetryAttempts", -1), mapping.get("MaximumRecordAgeInSeconds", -1)
        # A bound of -1 is none.
        yield holds("stream retries", 0 <= attempts == trigger.retries, attempts, f"{trigger.retries}")
        bounded = 0 < age == trigger.maximum_record_age <= A_DAY
        yield holds("record age in s", bounded, age, f"{trigger.maximum_record_age}, and at most {A_DAY}")
        destination = mapping.get("DestinationConfig", {}).get("OnFailure", {}).get("Destination")
        own = failures is not None and destination == naming.arn(failures)
        yield holds(
            "stream failures go to", own, "the function's queue" if own else destination, "its on-failure queue"
        )


@shows("ALL-8")
def _queue_mappings(function: Examined[Function]) -> Iterator[Fact]:
    deployed = function.deployed
    reserved = deployed.settings.reservation(function.element)
    triggers = {deployed.naming.arn(trigger.queue): trigger for trigger in function.element.queues}
    found = {one["EventSourceArn"]: one for one in mappings(function) if ":sqs:" in one["EventSourceArn"]}
    yield equals("queues", set(found), set(triggers))
    for arn in set(found) & set(triggers):
        mapping, trigger = found[arn], triggers[arn]
        yield equals("mapping's state", mapping.get("State"), "Enabled")
        yield equals("partial batch response", mapping.get("FunctionResponseTypes"), ["ReportBatchItemFailures"])
        yield equals("batch size", mapping.get("BatchSize"), trigger.batch_size)
        window = mapping.get("MaximumBatchingWindowInSeconds", 0)
        yield equals("batching window in s", window, trigger.batching_window)
        most = mapping.get("ScalingConfig", {}).get("MaximumConcurrency")
        fits = most == trigger.maximum_concurrency and (reserved is None or most <= reserved)
        wanted = f"{trigger.maximum_concurrency}, within the reservation"
        yield holds("mapping's concurrency", fits, most, wanted)


@shows("ALL-8")
def _permissions(function: Examined[Function]) -> Iterator[Fact]:
    naming = function.deployed.naming
    wanted = {("events.amazonaws.com", naming.arn(rule)) for rule in function.element.rules}
    wanted |= {("s3.amazonaws.com", naming.arn(trigger.bucket)) for trigger in function.element.object_triggers}
    for trigger in function.element.log_triggers:
        groups = (naming.function_log_group(function.system.function(name)) for name in trigger.of)
        wanted |= {("logs.amazonaws.com", f"{naming.log_group_arn(group)}:*") for group in groups}
    for api in function.system.apis:
        for route in api.routes:
            if route.invokes == function.element:
                id_ = function.deployed.output(api, "id")
                arn = naming.execution_arn(id_, "v1", route.method, route.path)
                wanted.add(("apigateway.amazonaws.com", arn))
    if not wanted:
        return
    policy = function.ask("lambda", "get_policy", FunctionName=function.name)["Policy"]
    found = {caller for statement in statements(policy) for caller in _callers(statement)}
    yield equals("invoked by", _said(found), _said(wanted))


@shows("ALL-8")
def _rule(rule: Examined[Rule]) -> Iterator[Fact]:
    found = rule.ask("events", "describe_rule", **_identity(rule))
    yield equals("rule's state", found["State"], "ENABLED")
    if isinstance(rule.element, OnEvent):
        pattern = json.loads(found.get("EventPattern", "{}"))
        wanted = json.dumps(dict(rule.element.pattern), sort_keys=True)
        yield equals("pattern", json.dumps(pattern, sort_keys=True), wanted)
        return
    count = rule.element.every // 60
    wanted = f"rate({count} minute{'s' if count > 1 else ''})"
    yield equals("schedule", found.get("ScheduleExpression"), wanted)


@shows("ALL-8")
def _targets(rule: Examined[Rule]) -> Iterator[Fact]:
    asked = _identity(rule)
    asked["Rule"] = asked.pop("Name")
    targets = rule.ask("events", "list_targets_by_rule", **asked)["Targets"]
    yield equals("targets", len(targets), 1)
    dead_letters = rule.deployed.naming.arn(rule.element.dead_letter_queue)
    for target in targets:
        arn = target.get("DeadLetterConfig", {}).get("Arn")
        own = arn == dead_letters
        yield holds("undelivered go to", own, "the rule's own DLQ" if own else arn, "the rule's own DLQ")
        retries = target.get("RetryPolicy", {})
        bounded = "MaximumRetryAttempts" in retries and "MaximumEventAgeInSeconds" in retries
        yield holds("target's retries", bounded, retries.get("MaximumRetryAttempts"), "bounded in number and age")
        given = json.loads(target.get("Input", "{}"))
        wanted = dict(rule.element.input) if isinstance(rule.element, OnSchedule) else {}
        yield equals("input", json.dumps(given), json.dumps(wanted))


@shows("ALL-8")
def _dead_letters(rule: Examined[Rule]) -> Iterator[Fact]:
    name = rule.deployed.naming.name(rule.element.dead_letter_queue)
    found = attributes(Examined(rule.deployed, rule.system, rule.element.dead_letter_queue, name))
    well = allows_service(found.get("Policy", "{}"), "events.amazonaws.com", "sqs:SendMessage")
    yield holds("EventBridge sends to the rule's DLQ", well, well, "allowed for one rule")


def _identity(rule: Examined[Rule]) -> dict[str, str]:
    if isinstance(rule.element, OnEvent):
        return {"Name": rule.name, "EventBusName": rule.deployed.naming.name(rule.element.bus)}
    return {"Name": rule.name}


def _callers(statement: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    conditions = statement.get("Condition", {}).get("ArnLike", {})
    sources = next((value for key, value in conditions.items() if key.lower() == "aws:sourcearn"), ["anything"])
    principals = statement.get("Principal", {}).get("Service", ["somebody"])
    return ((principal, source) for principal in principals for source in sources)


def _said(callers: set[tuple[str, str]]) -> list[str]:
    return sorted(f"{principal} from {source}" for principal, source in callers)
