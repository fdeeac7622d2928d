"""Queues and dead-letter queues."""

import json
from typing import Any

import pytest

from tests.infrastructure.documents import Statement, statements
from tests.infrastructure.engine import SYSTEMS, Environment, Registered


def queues(environment: Environment) -> dict[str, Registered]:
    return {queue.outputs["arn"]: queue for queue in environment.of("sqs/queue:Queue")}


def said(queue: Registered, key: str) -> dict[str, Any]:
    return json.loads(queue.inputs.get(key, "{}"))


def policy_of(environment: Environment, queue: Registered) -> list[Statement]:
    (policy,) = (
        one for one in environment.of("sqs/queuePolicy:QueuePolicy") if one.inputs["queueUrl"] == queue.outputs["url"]
    )
    return statements(policy)


def test_every_queue_of_the_descriptions_is_made(environment: Environment) -> None:
    described = [queue.name for system in SYSTEMS for queue in (*system.queues, *system.dead_letter_queues)]
    made = [queue.inputs["name"] for queue in queues(environment).values()]
    assert sorted(made) == sorted(f"{name}-{environment.suffix}" for name in described)


@pytest.mark.requirement("ALL-5")
def test_every_queue_is_encrypted_in_one_way(environment: Environment) -> None:
    for queue in queues(environment).values():
        ways = [queue.inputs.get("sqsManagedSseEnabled"), queue.inputs.get("kmsMasterKeyId")]
        assert [way for way in ways if way is not None] in ([True], ["alias/aws/sqs"])


@pytest.mark.requirement("ALL-5")
def test_every_queue_refuses_what_does_not_come_over_tls(environment: Environment) -> None:
    for arn, queue in queues(environment).items():
        assert {
            "Sid": "TlsOnly",
            "Effect": "Deny",
            "Principal": "*",
            "Action": ["sqs:*"],
            "Resource": [arn],
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        } in policy_of(environment, queue)


@pytest.mark.requirement("ALL-5")
def test_every_source_queue_gives_up_after_three_receives_into_a_queue_that_takes_from_it_alone(
    environment: Environment,
) -> None:
    made = queues(environment)
    sources = {arn: queue for arn, queue in made.items() if "redriveAllowPolicy" not in queue.inputs}
    assert len(sources) == sum(len(system.queues) for system in SYSTEMS)
    for arn, queue in sources.items():
        redrive = said(queue, "redrivePolicy")
        dead_letters = made[redrive["deadLetterTargetArn"]]
        assert redrive["maxReceiveCount"] == 3
        assert said(dead_letters, "redriveAllowPolicy") == {"redrivePermission": "byQueue", "sourceQueueArns": [arn]}
        assert dead_letters.urn in queue.dependencies


@pytest.mark.requirement("ALL-5")
def test_a_queue_that_a_service_sends_to_denies_redrive_from_all(environment: Environment) -> None:
    made = queues(environment)
    redriven_to = {said(queue, "redrivePolicy").get("deadLetterTargetArn") for queue in made.values()}
    sent_to = [q for arn, q in made.items() if "redriveAllowPolicy" in q.inputs and arn not in redriven_to]
    assert sent_to
    for queue in sent_to:
        assert said(queue, "redriveAllowPolicy") == {"redrivePermission": "denyAll"}


@pytest.mark.requirement("ALL-5")
def test_a_service_may_send_on_behalf_of_one_resource_to_a_queue_whose_key_it_can_use(
    environment: Environment,
) -> None:
    rules = {rule.outputs["arn"] for rule in environment.of("cloudwatch/eventRule:EventRule")}
    senders = 0
    for arn, queue in queues(environment).items():
        for statement in policy_of(environment, queue):
            if statement["Effect"] == "Allow":
                senders += 1
                assert statement["Principal"] == {"Service": "events.amazonaws.com"}
                assert statement["Condition"]["ArnEquals"]["aws:SourceArn"] in rules
                assert (statement["Action"], statement["Resource"]) == (["sqs:SendMessage"], [arn])
                assert queue.inputs["sqsManagedSseEnabled"] is True
    assert senders == len(rules)


@pytest.mark.requirement("ALL-5")
def test_every_queue_has_the_durations_of_its_description(environment: Environment) -> None:
    for system in SYSTEMS:
        for queue in (*system.queues, *system.dead_letter_queues):
            made = environment.the("sqs/queue:Queue", f"{queue.name}-{environment.suffix}").inputs
            assert made["messageRetentionSeconds"] == queue.retention
            assert made.get("visibilityTimeoutSeconds") == getattr(queue, "visibility_timeout", None)


@pytest.mark.requirement("ALL-5")
def test_a_message_is_invisible_for_six_times_what_its_consumer_may_take(environment: Environment) -> None:
    functions = {one.inputs["name"]: one.inputs for one in environment.of("lambda/function:Function")}
    made = queues(environment)
    for mapping in environment.of("lambda/eventSourceMapping:EventSourceMapping"):
        if queue := made.get(mapping.inputs["eventSourceArn"]):
            timeout = functions[mapping.inputs["functionName"]]["timeout"]
            window = mapping.inputs.get("maximumBatchingWindowInSeconds", 0)
            assert queue.inputs["visibilityTimeoutSeconds"] >= 6 * timeout + window
