"""Crashes and redelivery: nothing that was accepted is lost, and nothing is sent twice."""

import json
import os
import signal
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import pytest

from tests.end_to_end.deployed import Deployed
from tests.end_to_end.inbox import QUEUES
from tests.end_to_end.payment_provider import webhook


@pytest.mark.fault_case(34)
@pytest.mark.fault_system("transactions")
def test_an_emulator_that_is_killed_has_kept_all_that_it_had_answered(deployed: Deployed) -> None:
    accepted, routed = webhook(), webhook()
    assert deployed.provider.post(routed).status == 202
    _wait_until_marked(deployed, routed["event_id"])
    assert deployed.provider.post(accepted).status == 202
    _kill_and_start(deployed)
    deployed.inbox.wait_for([accepted["event_id"], routed["event_id"]])
    for body in (accepted, routed):
        again = deployed.provider.post(body)
        assert (again.status, again.body["duplicate"]) == (200, True)
    assert deployed.nothing_arrived_of("another")
    # A kill between the message and the mark is a crash after which a second copy is allowed.
    assert {copy.attributes["message_id"] for copy in deployed.inbox.of([accepted["event_id"]])} == {
        accepted["event_id"]
    }
    (message,) = deployed.inbox.of([routed["event_id"]])
    assert message.queue == "payments-queue"


@pytest.mark.fault_case(5, 36)
@pytest.mark.fault_system("transactions")
@pytest.mark.requirement("TX-7", "ALL-14")
def test_a_recreated_mapping_delivers_the_backlog_and_sends_nothing_twice(deployed: Deployed) -> None:
    environment = deployed.environment
    earlier = [webhook() for _ in range(3)]
    assert {deployed.provider.post(body).status for body in earlier} == {202}
    deployed.inbox.wait_for(body["event_id"] for body in earlier)
    _delete_mapping(deployed)
    backlog = [webhook(transaction_type=kind) for kind in QUEUES]
    assert {deployed.provider.post(body).status for body in backlog} == {202}
    deployed.inbox.settle()
    assert deployed.inbox.of(body["event_id"] for body in backlog) == []
    environment.pulumi("compute", "refresh", "--yes", "--skip-preview").succeeded()
    assert "1 created" in environment.run("deploy", "compute").succeeded().said
    deployed.inbox.wait_for(body["event_id"] for body in backlog)
    assert deployed.nothing_arrived_of("another")
    assert len(deployed.inbox.of(body["event_id"] for body in earlier + backlog)) == len(earlier + backlog)


@pytest.fixture
def paused(deployed: Deployed) -> Iterator[Deployed]:
    """The pipeline while no mapping feeds the router."""
    client = deployed.environment.client("lambda")
    uuid = _mapping(deployed)["UUID"]
    client.update_event_source_mapping(UUID=uuid, Enabled=False)
    yield deployed
    client.update_event_source_mapping(UUID=uuid, Enabled=True)
    deployed.passes_a_webhook()


@pytest.mark.fault_case(15, 18)
@pytest.mark.fault_system("transactions")
@pytest.mark.requirement("TX-7", "ALL-14")
def test_the_sweep_routes_what_the_stream_never_did_and_the_stream_does_not_repeat_it(paused: Deployed) -> None:
    deployed = paused
    forgotten, fresh = f"forgotten-{time.time_ns()}", f"fresh-{time.time_ns()}"
    _put(deployed, forgotten, age=timedelta(minutes=8))
    _put(deployed, fresh, age=timedelta(minutes=1))
    assert deployed.sweep() == {"routed": 1, "complete": True}
    deployed.inbox.wait_for([forgotten])
    assert deployed.sweep() == {"routed": 0, "complete": True}
    mapping = _mapping(deployed)["UUID"]
    deployed.environment.client("lambda").update_event_source_mapping(UUID=mapping, Enabled=True)
    deployed.inbox.wait_for([fresh])
    assert deployed.nothing_arrived_of("another")
    assert len(deployed.inbox.of([forgotten, fresh])) == 2


def _mapping(deployed: Deployed) -> dict[str, Any]:
    environment = deployed.environment
    function = environment.named("transaction-router")
    (found,) = environment.client("lambda").list_event_source_mappings(FunctionName=function)["EventSourceMappings"]
    return found


def _delete_mapping(deployed: Deployed) -> None:
    deployed.environment.client("lambda").delete_event_source_mapping(UUID=_mapping(deployed)["UUID"])


def _kill_and_start(deployed: Deployed) -> None:
    environment = deployed.environment
    before = environment.endpoint
    os.kill(before.pid, signal.SIGKILL)
    environment.recipe("local-up").succeeded()
    assert environment.endpoint.pid != before.pid
    assert environment.endpoint.url == before.url


def _wait_until_marked(deployed: Deployed, event_id: str) -> None:
    environment = deployed.environment
    key = {"TableName": environment.named("transaction-events"), "Key": {"event_id": {"S": event_id}}}
    table, end = environment.client("dynamodb"), time.monotonic() + 20
    while "routed_at" not in table.get_item(**key)["Item"]:
        assert time.monotonic() < end
        time.sleep(0.01)


def _put(deployed: Deployed, event_id: str, age: timedelta) -> None:
    """The item that the validator would have put then."""
    then = (datetime.now(UTC) - age).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    event = {"event_id": event_id, "transaction_type": "payment"}
    item = {
        "event_id": event_id,
        "transaction_type": "payment",
        "received_at": then,
        "correlation_id": "test",
        "event": json.dumps(event),
        "unrouted": sha256(event_id.encode()).hexdigest()[0],
    }
    deployed.environment.client("dynamodb").put_item(
        TableName=deployed.environment.named("transaction-events"),
        Item={name: {"S": value} for name, value in item.items()},
    )
