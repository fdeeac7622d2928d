"""coin-alerts against bad alerts, an exchange that fails, races and failures that only it can meet."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import timedelta
from email.utils import format_datetime
from typing import Any
from unittest import mock

import pytest

from services.coin_alerts.system import price_alerts, price_watch
from tests.faults.laboratory.faults import Fault, Meanwhile, Refused, always, first, nth
from tests.faults.laboratory.laboratory import Laboratory, laboratory
from tests.faults.running import undisturbed, with_faults
from tests.faults.scenarios.coin_alerts import PROCESSOR, CoinAlerts
from tests.faults.scenarios.stand_in_exchange import StandInExchange, http_answer

pytestmark = pytest.mark.fault_system("coin-alerts")

CHECKER = "price-checker"
DEAD_RECORDS = "alert-processor-stream-dlq"
scenario = CoinAlerts()


@pytest.fixture
def lab() -> Iterator[Laboratory]:
    with laboratory(CoinAlerts.system, CoinAlerts.secrets) as lab:
        yield lab


@pytest.fixture
def exchange(lab: Laboratory) -> StandInExchange:
    return lab.surround(StandInExchange(lab.clock, BTC="70000.10").reached_by_all())


def write(
    lab: Laboratory,
    name: str,
    threshold: Mapping[str, Any] | str = "70000",
    condition: str = "above",
    coin: str = "BTC",
) -> None:
    given = {"N": threshold} if isinstance(threshold, str) else threshold
    terms = {"coinSymbol": {"S": coin}, "threshold": given, "condition": {"S": condition}}
    scenario.write(lab, name, terms)


def told(lab: Laboratory) -> list[dict[str, Any]]:
    return [json.loads(message["Body"]) for message in lab.messages(price_alerts)]


def notified(lab: Laboratory) -> Counter[str]:
    """How often each alert was told."""
    return Counter(f"{content['user_id']}/{content['alert_id']}" for content in told(lab))


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


DEEP = b"[" * 100_000 + b"]" * 100_000
GARBAGE = {
    "empty": b"",
    "null": b"null",
    "object": b"{}",
    "text": b"<html>too many requests</html>",
    "cut off": b'[{"symbol": "BTCUSDT", "price": "80000"}',
    "deep": DEEP,
    "latin-1": '[{"symbol": "BTCUSDT", "price": "80000", "note": "\u00e9"}]'.encode("latin-1"),
    "larger than allowed": b'[{"symbol": "BTCUSDT", "price": "80000"}' + b" " * 8 * 2**20 + b"]",
}


@pytest.mark.fault_case(20, 30)
@pytest.mark.parametrize("body", GARBAGE.values(), ids=GARBAGE)
def test_garbage_of_the_exchange_triggers_nothing_is_noticed_and_is_over_when_it_is_over(
    lab: Laboratory, exchange: StandInExchange, body: bytes
) -> None:
    exchange.prices = {"BTC": "1"}
    exchange.first += [http_answer(200, body)] * 4
    write(lab, "ada/a")
    lab.settle()
    lab.let_pass(minutes=1)
    assert (len(exchange.asked), lab.metrics()["PassesWithoutPrices"]) == (4, 1)
    assert not notified(lab)
    assert "price-checker-logged-error" in lab.ringing()
    exchange.prices = {"BTC": "70000.01"}
    lab.let_pass(minutes=1)
    assert notified(lab) == {"ada/a": 1}


@pytest.mark.fault_case(20)
def test_entries_that_are_no_tickers_cost_the_others_nothing_and_of_two_prices_the_last_counts(
    lab: Laboratory, exchange: StandInExchange
) -> None:
    write(lab, "ada/a")
    # A byte order mark may be overlooked (RFC 8259, section 8.1).
    odd = b'\xef\xbb\xbf[null, [], 1, "BTCUSDT", {}, {"symbol": 1}, {"symbol": "BTCUSDT", "price": "1"},'
    ticker = odd + b'{"symbol": "BTCUSDT", "price": "2", "price": "70000.10"}]'
    exchange.first.append(http_answer(200, ticker))
    lab.settle()
    lab.let_pass(minutes=1)
    assert [(content["price"], content["alert_id"]) for content in told(lab)] == [("70000.10", "a")]


@pytest.mark.fault_case(22)
def test_ids_are_told_as_they_are_or_refused_and_never_confused(lab: Laboratory, exchange: StandInExchange) -> None:
    plain, refused = ("caf\u00e9/a", "cafe\u0301/a", "\U0001f600/\u05d0"), ("nul\0/a", "ada/line\n", "bidi\u202e/a")
    for name in plain + refused:
        write(lab, name)
    for number, coin in enumerate(("\u0412TC", "\uff22TC", "BTC\0", "\U0001f600", "", "B TC")):
        # An index takes no empty key.
        if coin:
            write(lab, f"coins/{number}", coin=coin)
            lab.settle()
            assert scenario.alert(lab, f"coins/{number}")["refused"]["S"].startswith("coinSymbol is ")
    lab.let_pass(minutes=2)
    assert notified(lab) == dict.fromkeys(plain, 1)
    assert all("allowed are at most 256" in scenario.alert(lab, name)["refused"]["S"] for name in refused)
    assert not lab.dead_letters()


NO_THRESHOLDS: tuple[Mapping[str, Any], ...] = (
    {"S": "NaN"},
    {"S": "Infinity"},
    {"S": "1e400"},
    {"S": "1e3"},
    {"S": "-0"},
    {"S": "1_000"},
    {"S": "\u0661\u0662"},
    {"S": "1" * 19},
    {"S": "1" * 39},
    {"S": "1" * 5000},
    {"S": ""},
    {"BOOL": True},
    {"NULL": True},
    {"L": [{"N": "1"}]},
    {"M": {}},
    {"NS": ["1"]},
    {"N": "-1"},
    {"N": "1" * 38},
    {"N": "0." + "1" * 19},
    {"N": "1E+125"},
)


@pytest.mark.fault_case(23)
def test_what_is_no_threshold_is_refused_with_its_reason(lab: Laboratory, exchange: StandInExchange) -> None:
    for number, threshold in enumerate(NO_THRESHOLDS):
        write(lab, f"ada/{number}", threshold)
    write(lab, "ada/good")
    lab.let_pass(minutes=2)
    for number, threshold in enumerate(NO_THRESHOLDS):
        assert scenario.alert(lab, f"ada/{number}")["refused"]["S"].startswith("threshold is "), threshold
    assert notified(lab) == {"ada/good": 1}
    assert not lab.dead_letters()


NO_PRICES = (
    "NaN",
    "Infinity",
    "-Infinity",
    "1e400",
    "-0",
    "0",
    '"0.00000000"',
    "-1",
    "true",
    "null",
    "[]",
    '"1_000"',
    '"NaN"',
    '"\u0661\u0662"',
    '" 1"',
    "1" * 19,
    "1" * 39,
    "1" * 5000,
    '"' + "1" * 5000 + '"',
    "1e99999999999999999999",
)


@pytest.mark.fault_case(23)
def test_what_is_no_price_keeps_no_other_coin_from_its_own(lab: Laboratory, exchange: StandInExchange) -> None:
    write(lab, "ada/never", "1")
    write(lab, "ben/never", "1000000", "below")
    write(lab, "cy/waits", "1", coin="ETH")
    lab.settle()
    for number, price in enumerate(NO_PRICES, start=1):
        eth = "2" if number == len(NO_PRICES) else "0.5"
        body = f'[{{"symbol": "BTCUSDT", "price": {price}}}, {{"symbol": "ETHUSDT", "price": {eth}}}]'
        exchange.first.append(http_answer(200, body.encode()))
        assert lab.call(CHECKER, {}).answer["complete"], price
        assert lab.metrics()["PricesRefused"] == number, price
    lab.settle()
    assert notified(lab) == {"cy/waits": 1}


@pytest.mark.fault_case(24, 28)
@pytest.mark.parametrize(
    ("threshold", "beyond"),
    [
        ("0.3", '"0.300000000000000001"'),
        ("2.675", "2.675000000000000001"),
        ("9007199254740992", "9007199254740993"),
        ("0.300000000000000003", '"0.300000000000000004"'),
    ],
)
def test_an_alert_triggers_one_tick_beyond_its_threshold_and_not_at_it(
    lab: Laboratory, exchange: StandInExchange, threshold: str, beyond: str
) -> None:
    write(lab, "ada/above", threshold)
    write(lab, "ben/below", {"S": beyond.strip('"')}, "below")
    for price, expected in ((threshold, {"ben/below": 1}), (beyond, {"ada/above": 1, "ben/below": 1})):
        exchange.first.append(http_answer(200, f'[{{"symbol": "BTCUSDT", "price": {price}}}]'.encode()))
        lab.let_pass(minutes=1)
        assert notified(lab) == expected
    assert {content["price"] for content in told(lab)} == {threshold, beyond.strip('"')}


@pytest.mark.fault_case(28)
def test_a_price_that_flaps_is_told_once_for_each_arming(lab: Laboratory, exchange: StandInExchange) -> None:
    write(lab, "ada/a")
    for number in range(12):
        exchange.prices["BTC"] = ("69999.99", "70000.01")[number % 2]
        lab.let_pass(minutes=1)
        if number == 6:
            assert notified(lab) == {"ada/a": 1}
            scenario.alter(lab, "ada/a", threshold={"N": "69999.995"})
    assert notified(lab) == {"ada/a": 2}
    assert len({content["message_id"] for content in told(lab)}) == 2


@pytest.mark.fault_case(28, 30)
def test_no_price_of_the_past_triggers_anything(lab: Laboratory, exchange: StandInExchange) -> None:
    write(lab, "ada/a", "80000")
    lab.let_pass(minutes=1)
    scenario.alter(lab, "ada/a", threshold={"N": "60000"})
    exchange.first += [ConnectionRefusedError()] * 4
    lab.let_pass(minutes=1)
    assert not notified(lab)
    exchange.prices["BTC"] = "59000"
    lab.let_pass(minutes=1)
    assert not notified(lab)


@pytest.mark.fault_case(30)
@pytest.mark.parametrize(
    ("failure", "asked"),
    [
        (ConnectionRefusedError(), 4),
        (TimeoutError(), 3),
        (ConnectionResetError(), 4),
        (http_answer(429), 4),
        (http_answer(429, retry_after="0"), 4),
        (http_answer(429, retry_after="7"), 3),
        (http_answer(418, retry_after="19"), 2),
        (http_answer(429, retry_after="soon"), 4),
        (http_answer(503), 4),
        (http_answer(451), 1),
        (http_answer(302), 1),
        (b"SSH-2.0-nothing of ours\r\n", 4),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n[", 4),
    ],
    ids=str,
)
def test_an_exchange_that_fails_is_asked_again_within_20_seconds_noticed_and_forgiven(
    lab: Laboratory, exchange: StandInExchange, failure: bytes | OSError, asked: int
) -> None:
    write(lab, "ada/a")
    lab.settle()
    exchange.first += [failure] * asked
    started = lab.clock.now()
    outcome = lab.call(CHECKER, {}).answer
    assert lab.clock.now() - started <= timedelta(seconds=20)
    assert (len(exchange.asked), outcome["complete"], lab.metrics()["PassesWithoutPrices"]) == (asked, False, 1)
    assert "price-checker-logged-error" in lab.ringing()
    exchange.first.clear()
    lab.let_pass(minutes=1)
    assert notified(lab) == {"ada/a": 1}


@pytest.mark.fault_case(30)
def test_a_wait_of_minutes_is_waited_across_passes_and_processes(lab: Laboratory, exchange: StandInExchange) -> None:
    write(lab, "ada/a")
    exchange.first.append(http_answer(429, retry_after="150"))
    for minute in range(1, 4):
        lab.let_pass(minutes=1)
        lab.processes[CHECKER].end()
        assert len(exchange.asked) == 1, minute
    assert not notified(lab)
    lab.let_pass(minutes=1)
    assert notified(lab) == {"ada/a": 1}
    assert lab.metrics()["PassesWithoutPrices"] == 3


@pytest.mark.fault_case(30)
def test_an_exchange_that_stays_down_is_left_alone_for_longer_and_longer(
    lab: Laboratory, exchange: StandInExchange
) -> None:
    write(lab, "ada/a")
    exchange.first += [ConnectionRefusedError()] * 100
    lab.let_pass(minutes=31)
    calls = Counter(int((asked - exchange.asked[0]) // 60) for asked in exchange.asked)
    # Three passes of four attempts; then single ones after 2, 4, 8 and 15 minutes.
    assert list(calls.values()) == [4, 4, 4, 1, 1, 1]
    assert max(calls) < 31
    exchange.first.clear()
    lab.let_pass(minutes=16)
    assert notified(lab) == {"ada/a": 1}


@pytest.mark.fault_case(27, 30)
@pytest.mark.parametrize(("ahead", "asked"), [(10, 1), (-10, 4)])
def test_an_exchange_whose_clock_is_wrong_is_left_alone_as_it_says_and_hammered_never(
    lab: Laboratory, exchange: StandInExchange, ahead: int, asked: int
) -> None:
    write(lab, "ada/a")
    lab.settle()
    date = format_datetime(lab.clock.now() + timedelta(minutes=ahead, seconds=70), usegmt=True)
    exchange.first += [http_answer(429, retry_after=date)] * asked
    lab.let_pass(minutes=1)
    assert len(exchange.asked) == asked
    lab.let_pass(minutes=12)
    assert notified(lab) == {"ada/a": 1}


@pytest.mark.fault_case(27)
@pytest.mark.parametrize("minutes", [-10, 10])
@pytest.mark.parametrize("function", [CHECKER, PROCESSOR])
def test_a_worker_whose_clock_is_wrong_tells_nothing_twice_and_forgets_nothing(
    lab: Laboratory, exchange: StandInExchange, function: str, minutes: int
) -> None:
    invoke = lab.processes[function].invoke

    def skewed(event: Any, request_id: str) -> Any:
        with lab.clock.skewed(minutes=minutes):
            return invoke(event, request_id)

    lab.surround(mock.patch.object(lab.processes[function], "invoke", skewed))
    write(lab, "ada/a")
    exchange.first.append(http_answer(429, retry_after="30"))
    lab.let_pass(minutes=13)
    assert notified(lab) == {"ada/a": 1}
    watched = [item["entry"]["S"] for item in lab.account.items(price_watch)]
    assert sorted(watched) == ["circuit", "coin#BTC"]


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
