"""Dead letters go back, each kind in its own way, and none is lost whatever happens meanwhile."""

import argparse
import io
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from operations.__main__ import _parser
from operations.dead_letters.redrive import Redrive, redrive
from operations.problem import OperationError
from shared.dead_letters import FailedRecords, dead_letters
from shared.model import string
from tests.unit.operations.dead_letters.account import NAMING, NOW, Account, refusal
from tests.unit.shared import samples

STREAM = "arn:aws:dynamodb:us-east-1:123456789012:table/orders-unit/stream/x"
EXHAUSTED = {"requestContext": {"condition": "RetriesExhausted", "approximateInvokeCount": 3}}


@pytest.fixture
def account() -> Account:
    made = Account()
    made.deploy("labels", *(letters.queue.name for system in made.target.systems for letters in dead_letters(system)))
    return made


def asked(*arguments: str) -> argparse.Namespace:
    return _parser().parse_args(["redrive", *arguments])


def run(account: Account, queue: str, *arguments: str) -> None:
    """The recipe, with the account's own clock."""
    systems = (samples.shop, samples.warehouse)
    known = {letters.queue.name: letters for system in systems for letters in dead_letters(system)}
    Redrive(
        account.target, known[queue], NAMING, lambda: datetime.fromtimestamp(account.sqs.now, UTC), account.sleep
    ).run(asked(queue, "dev", *arguments))


def record(payload: object) -> dict[str, object]:
    return EXHAUSTED | {"requestPayload": payload}


def numbered(number: int) -> str:
    """A sequence number, which has at least 21 digits."""
    return f"{number:021}"


def change(number: int, name: str = "INSERT") -> dict[str, Any]:
    """A record of the stream, as boto3 gives it."""
    image = {"order_id": {"S": f"o{number}"}, "seal": {"B": b"\x00\xff"}, "list": {"L": [{"N": "1"}]}}
    told = {"SequenceNumber": numbered(number), "NewImage": image, "ApproximateCreationDateTime": NOW}
    return {"eventID": f"e{number}", "eventName": name, "dynamodb": told}


def batch(first: int, last: int, stream: str = STREAM) -> dict[str, object]:
    place = {
        "shardId": "s-1",
        "startSequenceNumber": numbered(first),
        "endSequenceNumber": numbered(last),
        "batchSize": 1,
    }
    return EXHAUSTED | {"DDBStreamBatchInfo": place | {"streamArn": stream}}


@pytest.mark.requirement("ALL-14")
def test_a_failed_invocation_is_made_again_with_its_payload_to_the_byte(account: Account) -> None:
    body = '{"requestContext": {}, "requestPayload": {"price": 0.10, "text": "é"}, "version": "1.0"}'
    account.sqs.put("shipper-failures", body)
    run(account, "shipper-failures", "--go")
    payload = '{"price": 0.10, "text": "é"}'.encode()
    assert account.lambda_.invoked == [("shipper-unit", "Event", payload)]
    assert account.sqs.ids("shipper-failures") == []


@pytest.mark.requirement("ALL-14")
@pytest.mark.parametrize(
    ("queue", "function", "payload"), [("sweep-dlq", "shipper-unit", {}), ("arrivals-dlq", "stocking-unit", {"id": 1})]
)
def test_a_rules_function_gets_the_schedules_input_or_the_event(
    account: Account, queue: str, function: str, payload: Mapping[str, object]
) -> None:
    account.sqs.put(queue, {"id": 1}, ERROR_CODE="NO_PERMISSIONS")
    run(account, queue, "--go")
    ((name, kind, sent),) = account.lambda_.invoked
    assert (name, kind, json.loads(sent)) == (function, "Event", payload)
    assert account.sqs.ids(queue) == []


@pytest.mark.requirement("ALL-14")
def test_a_batch_is_read_from_the_stream_and_handed_to_its_function_as_lambda_does(account: Account) -> None:
    account.streams.records = [change(number) for number in range(5, 12)]
    account.sqs.put("shipper-stream-dlq", batch(6, 10))
    run(account, "shipper-stream-dlq", "--go")
    ((name, kind, payload),) = account.lambda_.invoked
    records = json.loads(payload)["Records"]
    assert (name, kind) == ("shipper-unit", "RequestResponse")
    assert [one["dynamodb"]["SequenceNumber"] for one in records] == [numbered(number) for number in range(6, 11)]
    assert {one["eventSourceARN"] for one in records} == {STREAM}
    assert records[0]["dynamodb"]["NewImage"]["seal"] == {"B": "AP8="}
    assert records[0]["dynamodb"]["ApproximateCreationDateTime"] == NOW.timestamp()
    place = {"StreamArn": STREAM, "ShardId": "s-1", "SequenceNumber": numbered(6)}
    assert account.streams.asked == [place | {"ShardIteratorType": "AT_SEQUENCE_NUMBER"}]
    assert account.sqs.ids("shipper-stream-dlq") == []
    # Whoever gave up waiting before the function ends would run it twice.
    assert account.lambda_.read_timeout == 60


def test_a_client_waits_longer_than_the_function_may_run(account: Account) -> None:
    account.streams.records = [change(5)]
    account.sqs.put("shipper-stream-dlq", batch(5, 5))
    timeouts: list[int] = []
    client = account.target.client

    def noted(service: str, read_timeout: int = 60) -> Any:
        timeouts.append(read_timeout)
        return client(service, read_timeout)

    account.target.client = noted
    run(account, "shipper-stream-dlq", "--go")
    assert samples.shipper.timeout + 10 in timeouts


def test_records_that_the_trigger_does_not_want_are_left_out(account: Account) -> None:
    account.streams.records = [change(5), change(6, "MODIFY"), change(7)]
    account.sqs.put("shipper-stream-dlq", batch(5, 7))
    run(account, "shipper-stream-dlq", "--go")
    assert [one["eventID"] for one in account.lambda_.payloads()[0]["Records"]] == ["e5", "e7"]


def test_what_stands_behind_the_last_record_is_no_part_of_the_batch(account: Account) -> None:
    account.streams.records = [change(5), change(7), change(9)]
    account.sqs.put("shipper-stream-dlq", batch(5, 8))
    run(account, "shipper-stream-dlq", "--go")
    assert [one["eventID"] for one in account.lambda_.payloads()[0]["Records"]] == ["e5", "e7"]


def test_records_are_handed_over_in_batches_of_the_triggers_and_with_its_attribute_alone(account: Account) -> None:
    (stream,) = samples.shipper.streams
    fed = replace(samples.shipper, triggers=(replace(stream, batch_size=2, having=string("fragile")),))
    account.streams.records = [change(number) for number in range(5, 10)]
    for place, value in enumerate([{"S": "yes"}, {"S": "no"}, {"N": "1"}, None, {"S": ""}]):
        image = account.streams.records[place]["dynamodb"]["NewImage"]
        image |= {"fragile": value} if value else {}
    account.sqs.put("shipper-stream-dlq", batch(5, 9))
    Redrive(account.target, FailedRecords(fed.failure_queues[0], fed), NAMING).run(
        asked("shipper-stream-dlq", "dev", "--go")
    )
    handed = [[one["eventID"] for one in payload["Records"]] for payload in account.lambda_.payloads()]
    assert handed == [["e5", "e6"], ["e9"]]


@pytest.mark.requirement("ALL-14")
@pytest.mark.parametrize(
    ("answer", "why"),
    [
        ({"batchItemFailures": [{"itemIdentifier": "5"}]}, "1 of its records failed again: just logs shipper"),
        ({"errorType": "KeyError", "errorMessage": "'n'"}, "shipper failed: KeyError: 'n'"),
    ],
)
def test_records_that_fail_again_stay(
    account: Account, capsys: pytest.CaptureFixture[str], answer: dict[str, Any], why: str
) -> None:
    account.streams.records = [change(5), change(6)]
    failing = account.sqs.put("shipper-stream-dlq", batch(5, 5))
    account.sqs.put("shipper-stream-dlq", batch(6, 6))
    account.lambda_.answers = [answer]
    with pytest.raises(OperationError, match="1 letters stay in shipper-stream-dlq"):
        run(account, "shipper-stream-dlq", "--go")
    assert f"{failing} stays: {why}" in capsys.readouterr().out
    assert account.sqs.ids("shipper-stream-dlq") == account.sqs.visible("shipper-stream-dlq") == [failing]


@pytest.mark.requirement("ALL-14")
@pytest.mark.parametrize("code", ["TrimmedDataAccessException", "ResourceNotFoundException"])
def test_where_the_stream_has_forgotten_a_schedule_of_the_function_finds_what_was_missed(
    account: Account, capsys: pytest.CaptureFixture[str], code: str
) -> None:
    account.streams.error = refusal(code)
    account.sqs.put("shipper-stream-dlq", batch(5, 5))
    run(account, "shipper-stream-dlq", "--go")
    assert account.lambda_.invoked == [("shipper-unit", "RequestResponse", b"{}")]
    assert "run shipper as sweep does" in capsys.readouterr().out
    assert account.sqs.ids("shipper-stream-dlq") == []


def test_without_such_a_schedule_the_runbook_says_what_makes_up_for_them(
    account: Account, capsys: pytest.CaptureFixture[str]
) -> None:
    (stream,) = samples.shipper.streams
    account.streams.error = refusal("TrimmedDataAccessException")
    account.sqs.put("shipper-stream-dlq", batch(5, 5))
    fed = replace(samples.shipper, triggers=(stream,))
    Redrive(account.target, FailedRecords(fed.failure_queues[0], fed), NAMING).run(asked("shipper-stream-dlq", "dev"))
    told = "which are older than a day; docs/runbooks/failed-records.md says how they are made up for"
    assert told in capsys.readouterr().out


def test_a_stream_that_refuses_has_forgotten_nothing(account: Account) -> None:
    account.streams.error = refusal("AccessDeniedException")
    account.sqs.put("shipper-stream-dlq", batch(5, 5))
    with pytest.raises(OperationError, match=r"shipper-stream-dlq in 'dev': .*AccessDenied"):
        redrive(account.as_command(), asked("shipper-stream-dlq", "dev", "--go"))


def test_a_shard_that_ends_too_early_has_forgotten(account: Account) -> None:
    account.streams.records = [change(5)]
    account.sqs.put("shipper-stream-dlq", batch(5, 9))
    run(account, "shipper-stream-dlq", "--go")
    assert account.lambda_.payloads() == [{}]


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("{}", "it is no record of a stream's batch"),
        (batch(5, 5, "arn:aws:kinesis:other"), "it is no record of a stream's batch"),
        ({"DDBStreamBatchInfo": {"startSequenceNumber": "x"}}, "it is no record of a stream's batch"),
        (batch(5, 5, STREAM.replace("orders", "others")), "shipper is no longer fed by others-unit"),
        (batch(6, 6), "shipper wants none of its records any more"),
    ],
)
def test_a_batch_that_can_not_be_handed_over_stays(
    account: Account, capsys: pytest.CaptureFixture[str], body: object, why: str
) -> None:
    account.streams.records = [change(5), change(6, "MODIFY")]
    account.sqs.put("shipper-stream-dlq", body)
    run(account, "shipper-stream-dlq")
    assert f"would stay: {why}" in capsys.readouterr().out
    with pytest.raises(OperationError, match="1 letters stay"):
        run(account, "shipper-stream-dlq", "--go")
    assert account.lambda_.invoked == []


def test_a_stream_that_keeps_answering_nothing_is_left_for_later(account: Account) -> None:
    account.streams.closed = False
    account.streams.records = [change(5)]
    account.sqs.put("shipper-stream-dlq", batch(5, 9))
    with pytest.raises(OperationError, match="1 letters stay"):
        run(account, "shipper-stream-dlq", "--go")
    assert account.lambda_.invoked == []


def test_a_queues_letters_are_moved_by_sqs_within_the_rate(
    account: Account, capsys: pytest.CaptureFixture[str]
) -> None:
    wanted = [account.sqs.put("labels-dlq", {"label": number}) for number in range(3)]
    run(account, "labels-dlq", "--go", "--rate", "7")
    assert account.sqs.ids("labels") == wanted
    (move,) = account.sqs.moves
    source, destination, rate = (move[n] for n in ("SourceArn", "DestinationArn", "MaxNumberOfMessagesPerSecond"))
    assert (source, destination, rate) == (NAMING.arn(samples.labels.dead_letter_queue), NAMING.arn(samples.labels), 7)
    assert capsys.readouterr().out.splitlines()[-1] == "3 of 3 letters moved from labels-dlq to labels"


def test_a_move_that_is_under_way_is_watched(account: Account) -> None:
    account.sqs.put("labels-dlq", {})
    account.sqs.put("labels-dlq", {})
    arns = {"SourceArn": NAMING.arn(samples.labels.dead_letter_queue), "DestinationArn": NAMING.arn(samples.labels)}
    account.sqs.start_message_move_task(**arns)
    run(account, "labels-dlq", "--go")
    assert len(account.sqs.moves) == 1
    assert account.sqs.ids("labels-dlq") == []


def test_who_stops_watching_someone_elses_move_leaves_it_alone(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(9):
        account.sqs.put("labels-dlq", {})
    arns = {"SourceArn": NAMING.arn(samples.labels.dead_letter_queue), "DestinationArn": NAMING.arn(samples.labels)}
    account.sqs.start_message_move_task(**arns)
    monkeypatch.setattr(account, "sleep", interrupted)
    with pytest.raises(KeyboardInterrupt):
        run(account, "labels-dlq", "--go")
    assert account.sqs.moves[0]["Status"] == "RUNNING"


def interrupted(_: float) -> None:
    raise KeyboardInterrupt


def test_who_stops_watching_stops_the_move(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = {account.sqs.put("labels-dlq", {}) for _ in range(9)}
    monkeypatch.setattr(account, "sleep", interrupted)
    with pytest.raises(KeyboardInterrupt):
        run(account, "labels-dlq", "--go")
    assert account.sqs.moves[0]["Status"] == "CANCELLED"
    assert {*account.sqs.ids("labels-dlq"), *account.sqs.ids("labels")} == wanted


def test_a_move_that_sqs_gives_up_is_an_error(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    account.sqs.put("labels-dlq", {})
    account.sqs.put("labels-dlq", {})
    move = account.sqs._move_one

    def failed(task: dict[str, Any]) -> None:
        move(task)
        task |= {"Status": "FAILED", "FailureReason": "AccessDenied"}

    monkeypatch.setattr(account.sqs, "_move_one", failed)
    with pytest.raises(OperationError, match="SQS stopped moving: AccessDenied; what it did not move is in labels-dlq"):
        run(account, "labels-dlq", "--go")


def test_single_letters_of_a_queue_are_sent_as_they_are(account: Account) -> None:
    first = account.sqs.put("labels-dlq", {"label": 1}, message_id="x")
    second = account.sqs.put("labels-dlq", {"label": 2})
    run(account, "labels-dlq", "--go", "--only", first)
    (sent,) = account.sqs.queues["labels-unit"]
    assert (json.loads(sent.body), sent.attributes["message_id"]["StringValue"]) == ({"label": 1}, "x")
    assert account.sqs.ids("labels-dlq") == account.sqs.visible("labels-dlq") == [second]


@pytest.mark.parametrize(
    ("queue", "body", "told"),
    [
        ("labels-dlq", {}, "would move the 1 letters of labels-dlq to labels, 10 a second"),
        ("shipper-failures", record({}), "would invoke shipper asynchronously with its payload"),
        ("sweep-dlq", {}, "would invoke shipper asynchronously with the schedule's input"),
        ("arrivals-dlq", {}, "would invoke stocking asynchronously with its event"),
        ("shipper-stream-dlq", batch(5, 6), "would invoke shipper with 2 records of orders"),
    ],
)
def test_without_go_nothing_is_done(
    account: Account, capsys: pytest.CaptureFixture[str], queue: str, body: object, told: str
) -> None:
    account.streams.records = [change(5), change(6)]
    message_id = account.sqs.put(queue, body)
    run(account, queue)
    said = capsys.readouterr().out
    assert told in said
    assert said.endswith("nothing was done; add --go to do it\n")
    assert account.sqs.visible(queue) == [message_id]
    assert (account.lambda_.invoked, account.sqs.moves, account.sqs.ids("labels")) == ([], [], [])


def test_a_rehearsal_says_how_many_it_did_not_look_at(account: Account, capsys: pytest.CaptureFixture[str]) -> None:
    run(account, "shipper-failures")
    assert "shipper-failures is empty" in capsys.readouterr().out
    for number in range(103):
        account.sqs.put("shipper-failures", record(number))
    run(account, "shipper-failures")
    assert "and so on; 3 more letters were not looked at" in capsys.readouterr().out


@pytest.mark.requirement("ALL-14")
def test_letters_go_back_at_the_rate_and_those_that_come_meanwhile_are_left(
    account: Account, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for number in range(25):
        account.sqs.put("shipper-failures", record(number))
    invoke = account.lambda_.invoke

    def failing_again(**sent: Any) -> dict[str, Any]:
        account.sqs.put("shipper-failures", record("again"), age_s=-0.2)
        return invoke(**sent)

    monkeypatch.setattr(account.lambda_, "invoke", failing_again)
    run(account, "shipper-failures", "--go", "--rate", "5")
    assert "25 more came meanwhile; look at them: just dlq dev" in capsys.readouterr().out
    assert sorted(account.lambda_.payloads()) == list(range(25))
    assert account.slept == [0.2] * 25
    assert len(account.sqs.visible("shipper-failures")) == 25


@pytest.mark.requirement("ALL-14")
@pytest.mark.parametrize("killed_at", range(4))
def test_a_letter_is_removed_only_after_its_target_has_taken_it(
    account: Account, monkeypatch: pytest.MonkeyPatch, killed_at: int
) -> None:
    wanted = [account.sqs.put("shipper-failures", record(number)) for number in range(4)]
    invoke = account.lambda_.invoke

    def killed(**sent: Any) -> dict[str, Any]:
        if len(account.lambda_.invoked) == killed_at:
            raise KeyboardInterrupt
        return invoke(**sent)

    monkeypatch.setattr(account.lambda_, "invoke", killed)
    with pytest.raises(KeyboardInterrupt):
        run(account, "shipper-failures", "--go")
    assert account.lambda_.payloads() == list(range(killed_at))
    assert account.sqs.visible("shipper-failures") == wanted[killed_at:]


def test_many_letters_that_fail_hide_none_behind_them(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    # Each takes so long that the first ones can be seen again before the last one was tried.
    account.streams.records = [change(number) for number in range(12)]
    for number in range(12):
        account.sqs.put("shipper-stream-dlq", batch(number, number))

    def slow(**sent: Any) -> dict[str, Any]:
        account.sqs.now += 25
        number = json.loads(sent["Payload"])["Records"][0]["dynamodb"]["SequenceNumber"]
        failed = [{"itemIdentifier": number}] if int(number) < 8 else []
        return {"Payload": io.BytesIO(json.dumps({"batchItemFailures": failed}).encode())}

    monkeypatch.setattr(account.lambda_, "invoke", slow)
    with pytest.raises(OperationError, match="8 letters stay"):
        run(account, "shipper-stream-dlq", "--go")
    assert len(account.sqs.visible("shipper-stream-dlq")) == 8


def test_a_letter_that_is_no_record_stays_and_the_others_go(account: Account) -> None:
    bad = account.sqs.put("shipper-failures", "{}")
    account.sqs.put("shipper-failures", record(1))
    with pytest.raises(OperationError, match="1 letters stay in shipper-failures; the lines above say why"):
        run(account, "shipper-failures", "--go")
    assert account.lambda_.payloads() == [1]
    assert account.sqs.visible("shipper-failures") == [bad]


def test_what_is_discarded_is_gone_and_put_nowhere(account: Account) -> None:
    first, second = (account.sqs.put("shipper-failures", record(number)) for number in range(2))
    run(account, "shipper-failures", "--go", "--discard", "--only", first)
    assert account.sqs.visible("shipper-failures") == [second]
    assert account.lambda_.invoked == []


def test_an_id_that_is_not_there_is_named(account: Account) -> None:
    there = account.sqs.put("shipper-failures", record(1))
    for go in ([], ["--go"]):
        with pytest.raises(OperationError, match="--only: other is not among the letters of shipper-failures"):
            run(account, "shipper-failures", *go, "--only", "other")
    assert account.sqs.visible("shipper-failures") == [there]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("labels", "dev"), "there is no dead-letter queue 'labels'; there are: labels-dlq, shipper-failures, "),
        (("labels-dlq", "dev", "--rate", "0"), "--rate: 0 is not allowed; it must be 1 to 500 letters a second"),
        (("labels-dlq", "dev", "--rate", "501"), "--rate: 501 is not allowed"),
        (("labels-dlq", "dev", "--discard"), "--discard deletes letters for good; say which: add --only MESSAGE_ID"),
    ],
)
def test_a_mistake_is_said_with_what_is_allowed(account: Account, arguments: tuple[str, ...], said: str) -> None:
    with pytest.raises(OperationError, match=said):
        redrive(account.as_command(), asked(*arguments))


@pytest.mark.requirement("ALL-14")
def test_a_refusal_ends_the_redrive_and_what_was_not_put_back_is_there(account: Account) -> None:
    wanted = [account.sqs.put("shipper-failures", record(number)) for number in range(3)]
    account.lambda_.errors = [refusal("AccessDeniedException")]
    with pytest.raises(OperationError, match=r"shipper-failures in 'dev': .*AccessDenied.*; what was not put back is"):
        redrive(account.as_command(), asked("shipper-failures", "dev", "--go"))
    assert account.sqs.visible("shipper-failures") == wanted


def test_a_queue_that_is_not_deployed_is_told_with_how_to_deploy_it(account: Account) -> None:
    account.sqs.queues.clear()
    with pytest.raises(OperationError, match="'dev' has no sweep-dlq; deploy it: just deploy messaging dev"):
        redrive(account.as_command(), asked("sweep-dlq", "dev"))


def test_the_environment_is_local_and_nothing_is_done_unless_it_is_said() -> None:
    said = asked("labels-dlq")
    assert (said.environment, said.go, said.rate, said.only, said.discard) == ("local", False, 10, [], False)
