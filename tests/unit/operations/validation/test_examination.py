"""A call that fails is a finding, too."""

from collections.abc import Iterable
from typing import Any

import pytest

from operations.validation import functions, queues, tables, tags, triggers
from operations.validation.deployed import MissingOutputError
from operations.validation.examination import Aspect, Examined, shows
from operations.validation.finding import Fact, Finding, Verdict, agrees, equals, holds
from shared.model import DeadLetterQueue, Function, OnQueue, Queue, Table, string
from tests.unit.operations.validation.account import examined

TABLE = Table("things", partition_key=string("id"))


@shows("ALL-1")
def answered(one: Examined[str]) -> Iterable[Fact]:
    found = one.ask("any", "describe")
    yield equals("size", found["size"], 1)


def verdicts(aspect: Aspect[str], answer: object) -> list[Finding]:
    return list(aspect.findings(examined("thing", {"describe": answer})))


def test_what_is_as_it_must_be_is_met() -> None:
    (finding,) = verdicts(answered, {"size": 1})
    assert (finding.ids, finding.subject, finding.verdict) == (("ALL-1",), "thing-one", Verdict.MET)


def test_what_differs_is_told_with_what_was_found() -> None:
    (finding,) = verdicts(answered, {"size": 2})
    assert (finding.found, finding.wanted, finding.verdict) == ("2", "1", Verdict.NOT_MET)


@pytest.mark.parametrize("code", ["ResourceNotFoundException", "AccessDenied"])
def test_what_is_missing_or_may_not_be_read_is_not_met(code: str) -> None:
    (finding,) = verdicts(answered, code)
    assert finding.verdict is Verdict.NOT_MET
    assert code in finding.found


def test_a_call_that_the_target_does_not_know_shows_nothing() -> None:
    (finding,) = verdicts(answered, "UnknownOperationException")
    assert (finding.found, finding.verdict) == ("not shown by this target", Verdict.NOT_SHOWN)


def test_an_answer_without_what_is_looked_for_is_not_met() -> None:
    (finding,) = verdicts(answered, {})
    assert finding.verdict is Verdict.NOT_MET


def test_a_missing_output_is_not_met() -> None:
    def look(one: Examined[str]) -> Iterable[Fact]:
        raise MissingOutputError("layer 'api' exports no 'hooks_api_id'")

    (finding,) = Aspect(("ALL-12",), look).findings(examined("thing", {}))
    assert "hooks_api_id" in finding.found


def test_many_differences_are_one_fact() -> None:
    assert agrees("tags", ["no Layer", "no System"], "all").found == "no Layer; no System"
    assert agrees("tags", [], "all") == Fact("tags", "all", "all", True)
    assert holds("keys", True, {"b", "a"}, "some").found == "a, b"
    assert equals("on", True, False).found == "yes"
    assert equals("names", [], ["a"]).found == "none"


def test_a_provisioned_unencrypted_table_is_found() -> None:
    answers = {"describe_table": {"Table": {}}, "describe_continuous_backups": "AccessDenied"}
    aspects = (tables._at_rest, tables._recovery, tables._deletion)
    found = [finding for aspect in aspects for finding in aspect.findings(examined(TABLE, answers))]
    assert [finding.verdict for finding in found] == [Verdict.NOT_MET] * 3 + [Verdict.MET]


def test_tags_are_read_in_every_shape_of_aws() -> None:
    wanted = {"Layer": "data"}
    assert tags.by_key({"Tags": wanted}) == wanted
    assert tags.by_key({"tags": wanted}) == wanted
    assert tags.by_key({"TagList": [{"Key": "Layer", "Value": "data"}]}) == wanted
    assert tags.by_key({"Tags": [{"TagKey": "Layer", "TagValue": "data"}]}) == wanted
    assert tags.by_key({}) == {}


def test_a_queue_whose_consumer_is_slow_must_hide_its_messages_longer() -> None:
    queue = Queue("work", visibility_timeout=300)
    attributes = {"VisibilityTimeout": "300", "QueueArn": "arn:work"}
    answers = {
        "get_queue_url": {"QueueUrl": "url"},
        "get_queue_attributes": {"Attributes": attributes},
        "list_event_source_mappings": {
            "EventSourceMappings": [{"FunctionArn": "f", "MaximumBatchingWindowInSeconds": 5}]
        },
        "get_function_configuration": {"Timeout": 50},
    }
    found = list(queues._visibility.findings(examined(queue, answers)))
    assert [finding.wanted for finding in found if finding.verdict is Verdict.NOT_MET] == ["at least 305"]


def test_a_failure_queue_under_the_key_of_sqs_is_found() -> None:
    queue = DeadLetterQueue(name="failures")
    attributes = {"KmsMasterKeyId": "alias/aws/sqs", "QueueArn": "arn:failures"}
    answers = {"get_queue_url": {"QueueUrl": "url"}, "get_queue_attributes": {"Attributes": attributes}}
    found = list(queues._protection.findings(examined(queue, answers)))
    assert [finding.verdict for finding in found] == [Verdict.NOT_MET, Verdict.NOT_MET]


@pytest.mark.parametrize(
    ("changed", "ill"),
    [
        ({}, []),
        ({"ScalingConfig": {"MaximumConcurrency": 6}}, ["mapping's concurrency"]),
        ({"ScalingConfig": {}}, ["mapping's concurrency"]),
        ({"FunctionResponseTypes": []}, ["partial batch response"]),
        ({"BatchSize": 1, "MaximumBatchingWindowInSeconds": 1}, ["batch size", "batching window in s"]),
        ({"State": "Disabled"}, ["mapping's state"]),
        ({"EventSourceArn": "arn:aws:sqs:us-east-1:000000000000:other-one"}, ["queues"]),
    ],
)
def test_a_queue_mapping_that_is_not_as_described_is_found(changed: dict[str, Any], ill: list[str]) -> None:
    trigger = OnQueue(queue=Queue("work"), maximum_concurrency=5)
    function = Function("worker", timeout=10, reserved_concurrency=5, triggers=(trigger,))
    mapping = {
        "EventSourceArn": "arn:aws:sqs:us-east-1:000000000000:work-one",
        "State": "Enabled",
        "BatchSize": 10,
        "FunctionResponseTypes": ["ReportBatchItemFailures"],
        "ScalingConfig": {"MaximumConcurrency": 5},
    }
    answers = {"list_event_source_mappings": {"EventSourceMappings": [{**mapping, **changed}]}}
    found = list(triggers._queue_mappings.findings(examined(function, answers)))
    assert [finding.property for finding in found if finding.verdict is Verdict.NOT_MET] == ill


def test_a_function_on_another_architecture_is_found() -> None:
    function = Function("worker", timeout=10)
    answers = {"get_function_configuration": {"Architectures": ["x86_64"], "Runtime": "python3.11", "State": "Active"}}
    found = {finding.property: finding for finding in functions._configuration.findings(examined(function, answers))}
    assert (found["architecture"].found, found["architecture"].verdict) == ("x86_64", Verdict.NOT_MET)
    assert found["runtime"].verdict is Verdict.MET
