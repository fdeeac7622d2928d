"""Repeated, poisonous, refused and late: what deliveries do to users' alerts and the exchange's prices."""

import json
from collections.abc import Mapping
from typing import Any
from unittest import mock

import pytest

from tests.faults.coin_alerts.alerts import CHECKER, notified, scenario, write
from tests.faults.laboratory.faults import Fault, Meanwhile, Refused, always, first, nth
from tests.faults.laboratory.laboratory import Laboratory
from tests.faults.running import undisturbed, with_faults
from tests.faults.scenarios.coin_alerts import PROCESSOR, CoinAlerts
from tests.faults.scenarios.stand_in_exchange import StandInExchange

pytestmark = pytest.mark.fault_system("coin-alerts")

DEAD_RECORDS = "alert-processor-stream-dlq"


def recorded(lab: Laboratory) -> list[dict[str, Any]]:
    """The records that the stream hands over from here on."""
    process, records = lab.processes[PROCESSOR], list[dict[str, Any]]()
    invoke = process.invoke

    def spied(event: Any, request_id: str) -> Any:
        records.extend(event["Records"])
        return invoke(event, request_id)

    lab.surround(mock.patch.object(process, "invoke", spied))
    return records


@pytest.mark.fault_case(1)
def test_the_same_alert_written_twice_is_told_once(lab: Laboratory, exchange: StandInExchange) -> None:
    for _ in range(2):
        write(lab, "ada/a")
    lab.settle()
    write(lab, "ada/a")
    lab.let_pass(minutes=7)
    assert notified(lab) == {"ada/a": 1}


@pytest.mark.fault_case(2)
@pytest.mark.parametrize("operation", ["dynamodb.UpdateItem", "dynamodb.Query"])
def test_twenty_passes_at_once_trigger_each_alert_once(
    lab: Laboratory, exchange: StandInExchange, operation: str
) -> None:
    """Each is about to trigger, or to look whom to trigger, when the next comes in between."""
    for name in ("ada/a", "ben/b"):
        write(lab, name)
    lab.settle()
    left = [19]

    def next_pass() -> None:
        if left[0]:
            left[0] -= 1
            lab.wire.faults[0].looked_at = 0
            passes.append(lab.processes[CHECKER].another().invoke({}, f"pass-{left[0]}").answer)

    passes: list[dict[str, Any]] = []
    # The shards of what is overdue and the coins are read first, in 17 queries.
    turn = nth(1 if operation == "dynamodb.UpdateItem" else 18)
    lab.wire.faults.append(Fault(Meanwhile(next_pass), operation, turn))
    passes.append(lab.call(CHECKER, {}).answer)
    while left[0]:
        next_pass()
    assert sum(done["triggered"] for done in passes) == 2
    lab.let_pass(minutes=7)
    assert notified(lab) == {"ada/a": 1, "ben/b": 1}


@pytest.mark.fault_case(2)
def test_of_twenty_judgements_of_one_record_at_once_one_counts(lab: Laboratory, exchange: StandInExchange) -> None:
    records = recorded(lab)
    left = [19]

    def next_worker() -> None:
        if left[0]:
            left[0] -= 1
            lab.wire.faults[0].looked_at = 0
            worker = lab.processes[PROCESSOR].another()
            assert worker.invoke({"Records": records[:1]}, f"worker-{left[0]}").answer == {"batchItemFailures": []}
            armed.append(worker.metrics["AlertsArmed"])

    armed: list[int] = []
    # The coin is registered by the first update; the second arms.
    lab.wire.faults.append(Fault(Meanwhile(next_worker), "dynamodb.UpdateItem", nth(2)))
    write(lab, "ada/a")
    lab.settle()
    assert (left, sum(armed)) == ([0], 1)
    lab.wire.faults.clear()
    lab.let_pass(minutes=7)
    assert notified(lab) == {"ada/a": 1}


@pytest.mark.fault_case(4)
def test_a_record_twice_in_one_batch_and_in_two_is_told_once(lab: Laboratory, exchange: StandInExchange) -> None:
    records = recorded(lab)
    write(lab, "ada/a")
    lab.let_pass(minutes=2)
    for _ in range(2):
        answer = lab.call(PROCESSOR, {"Records": [record for record in records[:] for _ in range(2)]}).answer
        assert answer == {"batchItemFailures": []}
    lab.let_pass(minutes=7)
    assert notified(lab) == {"ada/a": 1}


@pytest.mark.fault_case(5, 15)
@pytest.mark.parametrize("later", [{"hours": 1}, {"days": 3}, {"days": 30}], ids=str)
def test_old_records_do_nothing_to_an_alert_with_new_terms(
    lab: Laboratory, exchange: StandInExchange, later: dict[str, float]
) -> None:
    records = recorded(lab)
    write(lab, "ada/a")
    lab.let_pass(minutes=2)
    scenario.alter(lab, "ada/a", threshold={"N": "80000"})
    lab.settle()
    before = scenario.alert(lab, "ada/a")
    assert notified(lab) == {"ada/a": 1}
    lab.skip(**later)
    # Backwards, too, which no stream would do.
    for again in (records[:], records[::-1]):
        assert lab.call(PROCESSOR, {"Records": again}).answer == {"batchItemFailures": []}
    assert scenario.alert(lab, "ada/a") == before
    assert before["armed_threshold"] == {"N": "80000"}
    assert notified(lab) == {"ada/a": 1}


POISON: Mapping[str, Mapping[str, Any]] = {
    "no new image": {"Keys": {"userId": {"S": "x"}, "alertId": {"S": "y"}}},
    "no keys": {"NewImage": {"coinSymbol": {"S": "BTC"}}},
    "a key of another type": {"NewImage": {"userId": {"N": "1"}, "alertId": {"S": "y"}}},
    "nothing": {},
}


def poison(change: Mapping[str, Any], number: int, lab: Laboratory) -> dict[str, Any]:
    created = lab.clock.now().timestamp()
    told = {"SequenceNumber": f"9{number:020}", "ApproximateCreationDateTime": created, **change}
    return {"eventID": f"poison-{number}", "eventName": "MODIFY", "dynamodb": told}


@pytest.mark.fault_case(8, 10, 15, 16)
@pytest.mark.parametrize("place", range(3))
def test_bisection_isolates_a_bad_record_and_the_dead_letter_says_which(
    lab: Laboratory, exchange: StandInExchange, place: int
) -> None:
    records = recorded(lab)
    names = ("ada/a", "ben/b")
    for name in names:
        write(lab, name)
    lab.settle()
    for number, (kind, change) in enumerate(POISON.items()):
        bad = poison(change, number, lab)
        batch = records[:2]
        batch.insert(place, bad)
        lab.streams[PROCESSOR].redeliver(batch)
        lab.settle()
        ((letter,),) = lab.dead_letters().values()
        info = json.loads(letter["Body"])["DDBStreamBatchInfo"]
        assert (info["startSequenceNumber"], info["batchSize"]) == (bad["dynamodb"]["SequenceNumber"], 1), kind
        assert "alert-processor-errors" in lab.ringing()
    lab.let_pass(minutes=2)
    assert notified(lab) == dict.fromkeys(names, 1)


@pytest.mark.fault_case(9)
def test_a_batch_of_bad_records_alone_is_dead_and_an_empty_one_is_done(lab: Laboratory) -> None:
    lab.streams[PROCESSOR].redeliver([poison(change, number, lab) for number, change in enumerate(POISON.values())])
    lab.settle()
    assert len(lab.dead_letters()[DEAD_RECORDS]) == len(POISON)
    assert lab.call(PROCESSOR, {"Records": []}).answer == {"batchItemFailures": []}


@pytest.mark.fault_case(16)
def test_an_alert_whose_record_is_dead_is_found_by_the_letter_and_judged_when_it_is_touched(
    lab: Laboratory, exchange: StandInExchange
) -> None:
    refused = Fault(Refused("InternalServerError", 500), "dynamodb.UpdateItem", always)
    lab.wire.faults.append(refused)
    write(lab, "ada/a")
    lab.settle()
    lab.wire.faults.clear()
    ((letter,),) = lab.dead_letters().values()
    info = json.loads(letter["Body"])["DDBStreamBatchInfo"]
    streams = lab.account.streams
    (shard,) = streams.describe_stream(StreamArn=info["streamArn"])["StreamDescription"]["Shards"]
    at = streams.get_shard_iterator(
        StreamArn=info["streamArn"],
        ShardId=shard["ShardId"],
        ShardIteratorType="AT_SEQUENCE_NUMBER",
        SequenceNumber=info["startSequenceNumber"],
    )
    key = streams.get_records(ShardIterator=at["ShardIterator"])["Records"][0]["dynamodb"]["Keys"]
    assert "revision" not in scenario.alert(lab, "ada/a")
    scenario.alter(lab, f"{key['userId']['S']}/{key['alertId']['S']}", touched_at={"S": "now"})
    lab.let_pass(minutes=2)
    assert notified(lab) == {"ada/a": 1}


@pytest.mark.fault_case(12)
def test_a_write_that_is_refused_otherwise_is_no_condition_that_was_false(
    lab: Laboratory, exchange: StandInExchange
) -> None:
    write(lab, "ada/a")
    lab.settle()
    lab.wire.faults.append(Fault(Refused("TransactionConflictException"), "dynamodb.UpdateItem", nth(1)))
    lab.let_pass(minutes=1)
    assert (lab.metrics()["AlertsNotTriggered"], notified(lab)) == (1, {})
    assert "price-checker-logged-error" in lab.ringing()
    lab.let_pass(minutes=1)
    assert notified(lab) == {"ada/a": 1}


@pytest.mark.fault_case(15)
def test_an_alert_that_is_deleted_meanwhile_is_neither_told_nor_made_anew(
    lab: Laboratory, exchange: StandInExchange
) -> None:
    for name in ("ada/before-it-is-armed", "ben/before-it-is-told", "cy/without-terms"):
        if name.startswith("cy"):
            scenario.write(lab, name, {})
        else:
            write(lab, name)
        if name.startswith("ben"):
            lab.settle()
            lab.processes[PROCESSOR].disabled = True
            lab.let_pass(minutes=1)
            assert "unnotified" in scenario.alert(lab, name)
        scenario.remove(lab, name)
        lab.processes[PROCESSOR].disabled = False
        lab.let_pass(minutes=7)
        assert (scenario.alert(lab, name), notified(lab)) == ({}, {})


@pytest.mark.fault_case(36)
def test_what_is_written_while_there_is_no_mapping_waits_for_a_touch_and_new_terms_for_another_write(
    lab: Laboratory, exchange: StandInExchange
) -> None:
    write(lab, "ada/changed", "80000")
    lab.settle()
    lab.processes[PROCESSOR].disabled = True
    scenario.alter(lab, "ada/changed", threshold={"N": "70000"})
    write(lab, "ben/new")
    lab.streams[PROCESSOR].recreate_at_latest()
    lab.processes[PROCESSOR].disabled = False
    lab.let_pass(minutes=7)
    scenario.touch(lab)
    lab.let_pass(minutes=7)
    assert notified(lab) == {"ben/new": 1}
    write(lab, "ada/changed")
    lab.let_pass(minutes=7)
    assert notified(lab) == {"ada/changed": 1, "ben/new": 1}


@pytest.mark.fault_case(18)
def test_what_cannot_be_published_after_its_trigger_is_told_once_when_it_can(
    lab: Laboratory, exchange: StandInExchange
) -> None:
    write(lab, "ada/a")
    lab.settle()
    down = Fault(Refused("InternalError", 500), "sns.PublishBatch", always)
    lab.wire.faults.append(down)
    lab.let_pass(minutes=4)
    assert set(lab.dead_letters()) == {DEAD_RECORDS}
    assert "alert-processor-logged-error" in lab.ringing()
    assert not notified(lab)
    lab.wire.faults.clear()
    lab.let_pass(minutes=5)
    assert notified(lab) == {"ada/a": 1}


@pytest.mark.fault_case(18)
def test_a_notification_that_was_refused_once_is_sent_once() -> None:
    expected, _ = undisturbed(CoinAlerts)
    outcome = with_faults(CoinAlerts, Fault(Refused("InternalError", 500), "sns.PublishBatch", first(5)))
    assert outcome == expected
    assert set(outcome.copies.values()) == {1}


@pytest.mark.fault_case(32)
def test_a_key_that_is_disabled_for_ten_minutes_is_noticed_and_delays_alone(
    lab: Laboratory, exchange: StandInExchange
) -> None:
    write(lab, "ada/a")
    disabled = Fault(Refused("DisabledException"), "kms.Decrypt", always)
    lab.wire.faults.append(disabled)
    lab.let_pass(minutes=10)
    assert not notified(lab)
    assert lab.ringing() >= {"price-checker-errors", "price-checker-logged-error"}
    assert "price-checker-failures" in lab.dead_letters()
    lab.wire.faults.clear()
    lab.let_pass(minutes=1)
    assert notified(lab) == {"ada/a": 1}
