"""Dead letters are shown with their reasons, without their secrets, and stay where they are."""

import json
from typing import Any

import pytest

from operations.__main__ import _parser
from operations.dead_letters.dlq import MOST_LETTERS, dlq
from operations.dead_letters.letter_box import LOOK_S
from operations.dead_letters.masking import MASK
from operations.problem import OperationError
from shared.dead_letters import dead_letters
from tests.unit.operations.dead_letters.account import Account, refusal

SECRET = "f3a9c0d17be2"

INVOCATION = {
    "requestContext": {"condition": "RetriesExhausted", "approximateInvokeCount": 3},
    "requestPayload": {"headers": {"X-Correlation-Id": "c-1", "X-Webhook-Signature": "v1=00ff"}, "n": 1},
    "responseContext": {"statusCode": 200, "functionError": "Unhandled"},
    "responsePayload": {"errorType": "NoSymbolError", "errorMessage": f"no symbol in {SECRET}"},
}
BATCH = {
    "requestContext": {"condition": "RecordAgeExceeded", "approximateInvokeCount": 0},
    "DDBStreamBatchInfo": {
        "shardId": "shard-1",
        "startSequenceNumber": "7",
        "endSequenceNumber": "9",
        "batchSize": 3,
        "streamArn": "arn:aws:dynamodb:us-east-1:123456789012:table/orders-unit/stream/x",
    },
}
UNDELIVERED = {"ERROR_CODE": "NO_PERMISSIONS", "ERROR_MESSAGE": "it may not", "RULE_ARN": "arn:rule"}


@pytest.fixture
def account() -> Account:
    made = Account()
    made.deploy(*(letters.queue.name for system in made.target.systems for letters in dead_letters(system)))
    made.parameters["/corner-shop/signing-key-unit"] = f"{SECRET}\nold-secret"
    made.configured = {f"security:corner-shop-{name}": f"first-{name}" for name in ("signing-key", "courier-token")}
    return made


def shown(account: Account, capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    """The queues of the JSON document that hold letters, by name."""
    dlq(account.as_command(), _parser().parse_args(["dlq", "dev", "--json"]))
    document = json.loads(capsys.readouterr().out)
    assert document["environment"] == "dev"
    return {queue["queue"]: queue for queue in document["queues"] if queue["waiting"]}


@pytest.mark.requirement("ALL-14")
def test_every_kind_of_letter_says_why_it_is_dead(account: Account, capsys: pytest.CaptureFixture[str]) -> None:
    account.sqs.put("labels-dlq", {"label": 1}, correlation_id="c-2", message_id="m")
    account.sqs.put("shipper-failures", INVOCATION)
    account.sqs.put("shipper-stream-dlq", BATCH)
    account.sqs.put("sweep-dlq", {"detail": {}}, **UNDELIVERED)
    account.sqs.put("arrivals-dlq", "no JSON")
    queues = shown(account, capsys)
    reasons = {name: queue["letters"][0]["reason"] for name, queue in queues.items()}
    assert reasons == {
        "labels-dlq": "its consumer did not process it in as many receives as the queue allows",
        "shipper-failures": "RetriesExhausted after 3 invocations; Unhandled error; NoSymbolError: no symbol in ***",
        "shipper-stream-dlq": "RecordAgeExceeded after 0 invocations; 3 records, 7 to 9 of shard-1",
        "sweep-dlq": "ERROR_CODE NO_PERMISSIONS; ERROR_MESSAGE it may not",
        "arrivals-dlq": "it does not say",
    }
    ids = [queues[name]["letters"][0]["correlation_id"] for name in ("labels-dlq", "shipper-failures", "sweep-dlq")]
    assert ids == ["c-2", "c-1", ""]
    assert queues["shipper-failures"]["runbook"] == "docs/runbooks/failed-invocations.md"
    payload = queues["shipper-failures"]["letters"][0]["body"]["requestPayload"]
    assert payload["headers"] == {"X-Correlation-Id": "c-1", "X-Webhook-Signature": MASK}


@pytest.mark.requirement("ALL-13")
def test_no_secret_of_the_environment_is_shown(account: Account, capsys: pytest.CaptureFixture[str]) -> None:
    for secret in (SECRET, "old-secret", "first-signing-key"):
        account.sqs.put("labels-dlq", f"a text with {secret} in it")
    assert {letter["body"] for letter in shown(account, capsys)["labels-dlq"]["letters"]} == {"a text with *** in it"}


def test_who_may_not_read_secrets_is_told_that_names_alone_are_masked(
    account: Account, capsys: pytest.CaptureFixture[str]
) -> None:
    account.parameters, account.configured = {}, None
    dlq(account.as_command(), _parser().parse_args(["dlq", "dev"]))
    unread = "/corner-shop/signing-key-unit, corner-shop-courier-token, corner-shop-signing-key"
    assert capsys.readouterr().out.endswith(f"masked by name alone, for these secrets could not be read: {unread}\n")


@pytest.mark.requirement("ALL-14")
def test_looking_consumes_nothing_and_hides_nothing_for_long(
    account: Account, capsys: pytest.CaptureFixture[str]
) -> None:
    wanted = [account.sqs.put("labels-dlq", {"label": number}, age_s=1000 - number) for number in range(25)]
    queue = shown(account, capsys)["labels-dlq"]
    assert [letter["message_id"] for letter in queue["letters"]] == wanted
    assert (queue["waiting"], queue["not_looked_at"]) == (25, 0)
    assert account.sqs.visible("labels-dlq") == wanted
    assert set(account.sqs.hidden) == {LOOK_S}


def test_what_is_not_looked_at_is_counted(account: Account, capsys: pytest.CaptureFixture[str]) -> None:
    for number in range(MOST_LETTERS + 3):
        account.sqs.put("labels-dlq", {"label": number})
    queue = shown(account, capsys)["labels-dlq"]
    assert (len(queue["letters"]), queue["not_looked_at"]) == (MOST_LETTERS, 3)
    assert len(account.sqs.visible("labels-dlq")) == MOST_LETTERS + 3


def test_a_look_ends_where_letters_come_again_before_it_has_seen_as_many_as_it_may(
    account: Account, capsys: pytest.CaptureFixture[str]
) -> None:
    wanted = [account.sqs.put("labels-dlq", {"label": number}) for number in range(3)]
    account.sqs.seconds_a_call = LOOK_S + 1
    assert [letter["message_id"] for letter in shown(account, capsys)["labels-dlq"]["letters"]] == wanted
    assert len(account.sqs.hidden) == 2


def test_what_someone_else_holds_is_counted_too(account: Account, capsys: pytest.CaptureFixture[str]) -> None:
    account.sqs.put("labels-dlq", {})
    account.sqs.queues["labels-dlq-unit"][0].hidden_until = account.sqs.now + 100
    dlq(account.as_command(), _parser().parse_args(["dlq", "dev"]))
    said = capsys.readouterr().out
    assert "labels-dlq: 0 of 1 letters" in said
    assert "1 more were not looked at, or someone else holds them now" in said


def test_a_look_that_is_broken_off_gives_back_what_it_has(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(15):
        account.sqs.put("labels-dlq", {"label": number})
    receive = account.sqs.receive_message
    pages: list[dict[str, Any]] = []

    def once(**asked: Any) -> dict[str, Any]:
        if pages:
            raise KeyboardInterrupt
        pages.append(receive(**asked))
        return pages[0]

    monkeypatch.setattr(account.sqs, "receive_message", once)
    with pytest.raises(KeyboardInterrupt):
        dlq(account.as_command(), _parser().parse_args(["dlq", "dev"]))
    assert len(account.sqs.visible("labels-dlq")) == 15


def test_people_get_a_table_with_the_oldest_and_the_next_step(
    account: Account, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    message_id = account.sqs.put("shipper-failures", INVOCATION, age_s=100_000)
    dlq(account.as_command(), _parser().parse_args(["dlq", "dev"]))
    said = capsys.readouterr().out
    (row,) = [line for line in said.splitlines() if line.startswith("│ shipper-failures")]
    name, runbook, count, _ = (cell.strip() for cell in row.strip("│").split("│"))
    assert (name, runbook, count) == ("shipper-failures", "failed-invocations", "1")
    assert f"  {message_id}, sent " in said
    assert "    correlation id: c-1\n" in said
    assert "back with: just redrive shipper-failures dev\n" in said
    assert f"\n{len(account.sqs.queues) - 1} queues are empty\n" in said


def test_what_a_stranger_wrote_does_not_steer_the_terminal(
    account: Account, capsys: pytest.CaptureFixture[str]
) -> None:
    failed = INVOCATION | {"responsePayload": {"errorType": "E", "errorMessage": "no \x1b[2J\x9b1m symbol"}}
    account.sqs.put("shipper-failures", failed)
    account.sqs.put("labels-dlq", "\x1b]0;gone\x07", correlation_id="c\r\x1b[1A")
    dlq(account.as_command(), _parser().parse_args(["dlq", "dev"]))
    assert capsys.readouterr().out.replace("\n", "").isprintable()


def test_an_environment_that_is_not_deployed_is_told_so(account: Account, capsys: pytest.CaptureFixture[str]) -> None:
    account.sqs.queues.clear()
    dlq(account.as_command(), _parser().parse_args(["dlq", "dev"]))
    assert "are not deployed: just deploy messaging dev" in capsys.readouterr().out


@pytest.mark.parametrize("call", ["get_queue_attributes", "receive_message"])
def test_a_refusal_is_said_in_words(account: Account, call: str) -> None:
    account.sqs.put("labels-dlq", {})
    account.sqs.failing[call] = [refusal("AccessDenied")] * 20
    with pytest.raises(OperationError, match=r"the dead letters of 'dev' can't be read: .*AccessDenied"):
        dlq(account.as_command(), _parser().parse_args(["dlq", "dev"]))


def test_the_environment_is_local_unless_it_is_said() -> None:
    assert _parser().parse_args(["dlq"]).environment == "local"
    assert _parser().parse_args(["dlq", "--json"]).json is True
