"""price-alerts against bad input, copies, races and failures that only it can meet."""

import base64
import json
from collections import Counter
from collections.abc import Callable, Iterator
from decimal import Decimal
from random import Random
from typing import Any

import pytest

from services.common.signature import SIGNATURE_HEADER, TIMESTAMP_HEADER, sign
from services.price_alerts.system import price_alert_notifications, price_history, price_updates
from tests.faults.laboratory.faults import Fault, Meanwhile, Refused, first, nth
from tests.faults.laboratory.laboratory import Laboratory, laboratory
from tests.faults.laboratory.virtual_clock import START
from tests.faults.running import run, undisturbed, with_faults
from tests.faults.scenarios.price_alerts import OBSERVED, SECRETS, PriceAlerts
from tests.faults.scenarios.proxy_event import proxy_event

pytestmark = pytest.mark.fault_system("price-alerts")

INGESTION, EVALUATION = "webhook-ingestion", "rule-evaluation"
# What an exchange publishes has a tenth of it.
MAX_BODY_BYTES = 65_536
scenario = PriceAlerts()


@pytest.fixture
def lab() -> Iterator[Laboratory]:
    with laboratory(PriceAlerts.system, PriceAlerts.secrets) as lab:
        yield lab


def update(price: str, symbol: str = "BTC-USD", observed_at: str = OBSERVED) -> str:
    body = {
        "schema_version": "1",
        "symbol": symbol,
        "exchange": "coinbase",
        "price": price,
        "observed_at": observed_at,
        "received_at": "2026-11-21T10:00:00.000000Z",
        "correlation_id": "correlation",
    }
    return json.dumps(body)


POISON = (update("NaN"), update("1", "btc"), "null", "[]", "{}", "{" * 1000, '"\U0001f600"', " ")


def webhook(price: object = "70000", symbol: str = "BTC-USD", time: str | None = OBSERVED, **more: object) -> bytes:
    dated = {"time": time} if time else {}
    body = {"type": "ticker", "product_id": symbol, "price": price} | dated | more
    return json.dumps(body, ensure_ascii=False).encode("utf-8", "surrogatepass")


def answered(lab: Laboratory, body: bytes, exchange: str = "coinbase", **more: str | None) -> tuple[int, str | None]:
    """The status, and the field that is named."""
    result = scenario.post(lab, exchange, body, **more)
    assert result.error is None
    return result.answer["statusCode"], json.loads(result.answer["body"]).get("field")


def answered_in_base64(lab: Laboratory, body: bytes) -> tuple[int, str | None]:
    """Whatever the bytes are: a proxy event's text is UTF-8."""
    told = event(lab, body) | {"body": base64.b64encode(body).decode(), "isBase64Encoded": True}
    answer = lab.call(INGESTION, told).answer
    return answer["statusCode"], json.loads(answer["body"]).get("field")


def queued(lab: Laboratory) -> list[dict[str, Any]]:
    """Takes the price updates off their queue."""
    return [json.loads(message["Body"]) for message in lab.account.drained(price_updates)]


def enqueue(lab: Laboratory, *bodies: str) -> None:
    for body in bodies:
        lab.account.sqs.send_message(QueueUrl=lab.account.url(price_updates), MessageBody=body)


def alerts(lab: Laboratory) -> list[dict[str, Any]]:
    return [json.loads(message["Body"]) for message in lab.messages(price_alert_notifications)]


def fired(lab: Laboratory) -> Counter[str]:
    """How many alerts each rule has had."""
    return Counter(alert["alertId"] for alert in alerts(lab))


def history(lab: Laboratory) -> list[tuple[str, str]]:
    """The observations that are kept, and last the latest price."""
    found = [item for item in lab.account.items(price_history) if item["symbol"]["S"] == "BTC-USD"]
    return sorted((item["entry"]["S"].partition("#")[0], item["price"]["N"]) for item in found)


def event(lab: Laboratory, body: bytes, **headers: str) -> dict[str, Any]:
    now = lab.clock.now()
    stamp = str(int(now.timestamp()))
    signed = {TIMESTAMP_HEADER: stamp, SIGNATURE_HEADER: sign(SECRETS["coinbase"].encode(), stamp, body)}
    return proxy_event("POST", "/webhook/coinbase", body, signed | headers, now)


@pytest.mark.fault_case(1)
def test_the_same_webhook_twice_is_one_observation_and_one_alert(lab: Laboratory) -> None:
    scenario.add_rule(lab, "rule", "BTC-USD", "above", "70000")
    stamp = str(int(lab.clock.now().timestamp()))
    undated = webhook("70001", time=None)
    for _ in range(2):
        assert scenario.post(lab, "coinbase", undated, stamp).answer["statusCode"] == 202
        lab.settle()
        lab.clock.pass_by(10)
    assert history(lab) == [("2026-11-21T10:00:00.000000Z", "70001"), ("latest", "70001")]
    assert fired(lab) == {"rule": 1}


@pytest.mark.fault_case(2)
@pytest.mark.parametrize("call", [3, 5, 6, 7], ids=["latest price", "firing", "alert", "mark"])
def test_twenty_workers_with_one_price_at_once_make_one_alert(lab: Laboratory, call: int) -> None:
    """Each is about to make its n-th call when the next comes in between, as long as they have so many to make."""
    scenario.add_rule(lab, "rule", "BTC-USD", "above", "70000")
    record = {"messageId": "copy", "body": update("70001")}
    left = [19]

    def next_worker() -> None:
        if left[0]:
            left[0] -= 1
            worker = lab.processes[EVALUATION].another()
            # The number of the call is counted within each worker.
            lab.wire.faults[0].looked_at = 0
            assert worker.invoke({"Records": [record]}, f"worker-{left[0]}").answer == {"batchItemFailures": []}

    lab.wire.faults.append(Fault(Meanwhile(next_worker), turn=nth(call)))
    assert lab.call(EVALUATION, {"Records": [record]}).answer == {"batchItemFailures": []}
    while left[0]:
        next_worker()
    lab.wire.faults.clear()
    lab.let_pass(minutes=11)
    assert fired(lab) == {"rule": 1}
    assert len(history(lab)) == 2


@pytest.mark.fault_case(3)
@pytest.mark.parametrize("prices", [("70001", "70002"), ("70002", "70001")])
def test_two_prices_of_one_instant_are_both_kept_and_in_either_order_the_same_is_the_latest(
    lab: Laboratory, prices: tuple[str, str]
) -> None:
    scenario.add_rule(lab, "rule", "BTC-USD", "above", "70000")
    for price in prices:
        assert answered(lab, webhook(price)) == (202, None)
        lab.settle()
    observed = "2026-11-21T09:59:58.500000Z"
    assert history(lab) == [(observed, "70001"), (observed, "70002"), ("latest", "70002")]
    assert fired(lab) == {"rule": 1}


@pytest.mark.fault_case(4)
def test_a_message_twice_in_one_batch_and_in_two_makes_one_alert(lab: Laboratory) -> None:
    scenario.add_rule(lab, "rule", "BTC-USD", "above", "70000")
    for _ in range(2):
        enqueue(lab, update("70001"), update("70001"))
        lab.settle()
    assert fired(lab) == {"rule": 1}
    assert len(history(lab)) == 2


@pytest.mark.fault_case(5, 28)
@pytest.mark.parametrize("later", [{"hours": 1}, {"days": 3}, {"days": 14}], ids=str)
def test_a_price_delivered_again_late_changes_nothing_even_for_a_rule_that_is_armed_again(
    lab: Laboratory, later: dict[str, float]
) -> None:
    """As long as a dead-letter queue keeps it, which is the longest that a price can stay away."""
    scenario.add_rule(lab, "rule", "BTC-USD", "above", "70000")
    enqueue(lab, update("70001"), update("69000", observed_at="2026-11-21T09:59:59Z"))
    lab.settle()
    before = history(lab)
    assert fired(lab) == {"rule": 1}
    lab.clock.pass_by(sum(amount * {"hours": 3600, "days": 86400}[unit] for unit, amount in later.items()))
    scenario.rules(lab, clock=lab.clock.now).rearm("ada", "rule")
    enqueue(lab, update("70001"))
    lab.settle()
    assert fired(lab) == {"rule": 1}
    assert history(lab) == before
    assert before[-1] == ("latest", "69000")


@pytest.mark.fault_case(8)
@pytest.mark.parametrize("place", range(3))
def test_only_the_poison_of_a_batch_fails_and_is_dead_after_three_receives_as_it_came(
    lab: Laboratory, place: int
) -> None:
    symbols = ["BTC-USD", "ETH-USD"]
    bodies = [update("2", symbol) for symbol in symbols]
    bodies.insert(place, POISON[0])
    for symbol in symbols:
        scenario.add_rule(lab, symbol, symbol, "above", "1")
    for body in bodies:
        attributes = {"message_id": {"DataType": "String", "StringValue": f"id-{len(body)}"}}
        queue = lab.account.url(price_updates)
        lab.account.sqs.send_message(QueueUrl=queue, MessageBody=body, MessageAttributes=attributes)
    lab.settle()
    assert fired(lab) == dict.fromkeys(symbols, 1)
    ((letter,),) = lab.dead_letters().values()
    assert letter["Body"] == POISON[0]
    assert letter["MessageAttributes"]["message_id"]["StringValue"] == f"id-{len(POISON[0])}"
    assert lab.metrics()["PricesNotEvaluated"] == 3
    assert "rule-evaluation-logged-error" in lab.ringing()


@pytest.mark.fault_case(9)
def test_a_batch_of_poison_alone_is_dead_and_an_empty_one_is_done(lab: Laboratory) -> None:
    enqueue(lab, *POISON)
    lab.settle()
    assert sorted(letter["Body"] for letter in lab.dead_letters()["price-updates-dlq"]) == sorted(POISON)
    assert not lab.account.items(price_history)
    assert lab.call(EVALUATION, {"Records": []}).answer == {"batchItemFailures": []}


@pytest.mark.fault_case(10)
def test_a_record_without_a_body_fails_alone_and_one_without_an_id_fails_its_batch(lab: Laboratory) -> None:
    """Nobody could say of what has no id that it failed: so all of the batch comes again."""
    scenario.add_rule(lab, "rule", "BTC-USD", "above", "70000")
    good = {"messageId": "good", "body": update("70001")}
    failed = lab.call(EVALUATION, {"Records": [{"messageId": "empty"}, {"messageId": "no text", "body": None}, good]})
    names = [failure["itemIdentifier"] for failure in failed.answer["batchItemFailures"]]
    assert names == ["empty", "no text"]
    assert fired(lab) == {"rule": 1}
    assert isinstance(lab.call(EVALUATION, {"Records": [{"body": good["body"]}]}).error, KeyError)
    assert lab.processes[EVALUATION].errors == 1


@pytest.mark.fault_case(12)
@pytest.mark.parametrize(
    ("refusal", "attempts"),
    [(Refused("ProvisionedThroughputExceededException"), 5), (Refused("TransactionConflictException"), 1)],
    ids=["throttled", "in conflict"],
)
def test_no_other_error_is_taken_for_a_condition_that_was_false(refusal: Refused, attempts: int) -> None:
    expected, _ = undisturbed(PriceAlerts)
    # Of the first price: is it the latest, who fires the rule, is its alert published.
    for number in (2, 3, 4):
        struck = Fault(refusal, "dynamodb.UpdateItem", lambda turn, number=number: number <= turn < number + attempts)
        assert with_faults(PriceAlerts, struck) == expected, f"{refusal} at write {number}"


@pytest.mark.fault_case(18)
@pytest.mark.parametrize("refusal", [Refused("InternalError", 500), Refused("AuthorizationError", 403)], ids=str)
def test_an_alert_that_cannot_be_published_after_its_rule_fired_is_swept_once(refusal: Refused) -> None:
    expected, _ = undisturbed(PriceAlerts)
    # Of each kind all that the first price does in one invocation.
    outcome = with_faults(PriceAlerts, Fault(refusal, "sns.PublishBatch", first(5 if refusal.status == 500 else 1)))
    assert outcome == expected
    assert set(outcome.copies.values()) == {1}


@pytest.mark.fault_case(18)
def test_a_price_that_the_queue_does_not_take_is_not_accepted(lab: Laboratory) -> None:
    lab.wire.faults.append(Fault(Refused("InternalError", 500), "sqs.SendMessageBatch", first(2)))
    assert answered(lab, webhook()) == (503, None)
    assert not queued(lab)
    assert answered(lab, webhook()) == (202, None)
    assert len(queued(lab)) == 1


@pytest.mark.fault_case(19)
@pytest.mark.parametrize(
    ("size", "status"),
    [
        (MAX_BODY_BYTES, 202),
        (MAX_BODY_BYTES + 1, 413),
        (2**20 - 1, 413),
        (2**20 + 1, 413),
        (7 * 2**20, 413),
        (11 * 2**20, 413),
    ],
)
def test_a_body_is_taken_up_to_64_kilobytes(lab: Laboratory, size: int, status: int) -> None:
    body = webhook(note="")
    padded = body.replace(b'"note": ""', b'"note": "' + b"x" * (size - len(body)) + b'"')
    assert len(padded) == size
    assert answered(lab, padded) == (status, None if status == 202 else "body")
    assert len(queued(lab)) == (status == 202)


BAD_BODIES = {
    "empty": b"",
    "null": b"null",
    "array": b"[]",
    "number": b"1",
    "cut off": webhook()[:-1],
    "two": webhook() * 2,
    "byte order mark": b"\xef\xbb\xbf" + webhook(),
    "UTF-16": webhook().decode().encode("utf-16"),
    "deep": webhook()[:-1] + b', "note": ' + b"[" * 33 + b"]" * 33 + b"}",
    "very deep": b'{"a":' * 10_000,
    "no quotes": b"{type: 'ticker'}",
    "latin-1": '{"note": "\u00e9"}'.encode("latin-1"),
}


@pytest.mark.fault_case(20)
def test_what_is_no_json_object_is_refused_and_nothing_is_queued(lab: Laboratory) -> None:
    for name, body in BAD_BODIES.items():
        assert answered_in_base64(lab, body) == (400, "body"), name
    assert not queued(lab)


@pytest.mark.fault_case(20)
def test_of_a_key_that_comes_twice_the_last_counts(lab: Laboratory) -> None:
    assert answered(lab, webhook()[:-1] + b', "price": "2"}') == (202, None)
    (one,) = queued(lab)
    assert one["price"] == "2"


@pytest.mark.fault_case(21)
def test_a_body_in_base64_is_what_it_encodes_and_one_that_is_not_is_refused(lab: Laboratory) -> None:
    body = webhook()
    told = event(lab, body) | {"body": base64.b64encode(body).decode(), "isBase64Encoded": True}
    assert lab.call(INGESTION, told).answer["statusCode"] == 202
    for text in ("*", "e30", base64.b64encode(body).decode() + "\u00e9"):
        answer = lab.call(INGESTION, told | {"body": text}).answer
        assert (answer["statusCode"], json.loads(answer["body"])["field"]) == (400, "body")
    assert len(queued(lab)) == 1


@pytest.mark.fault_case(21)
@pytest.mark.parametrize("absent", [{"headers": None}, {"multiValueHeaders": None}])
@pytest.mark.parametrize("case", [str.upper, str.lower])
def test_headers_count_in_any_case_and_from_either_map(
    lab: Laboratory, absent: dict[str, None], case: Callable[[str], str]
) -> None:
    told = event(lab, webhook())
    for name in ("headers", "multiValueHeaders"):
        told[name] = {case(header): value for header, value in told[name].items()}
    assert lab.call(INGESTION, told | absent).answer["statusCode"] == 202


@pytest.mark.fault_case(21, 25)
def test_without_any_headers_nobody_is_authentic(lab: Laboratory) -> None:
    told = event(lab, webhook()) | {"headers": None, "multiValueHeaders": None}
    for body in (told, told | {"body": None}):
        answer = lab.call(INGESTION, body).answer
        assert (answer["statusCode"], json.loads(answer["body"])["field"]) == (401, TIMESTAMP_HEADER)


ODD_SYMBOLS = (
    "BTC-E\u0301",
    "BTC-\u00c9UR",
    "\U0001f600-USD",
    "BTC-\0USD",
    "BTC-USD\n",
    "\uff22TC-USD",
    "\u0412TC-USD",
    "BTC-USD\ud800",
)


@pytest.mark.fault_case(22)
def test_a_symbol_of_other_letters_is_refused(lab: Laboratory) -> None:
    for symbol in ODD_SYMBOLS:
        # A lone surrogate is no text, neither in UTF-8 nor in an escape: then all of the body is refused.
        field = "body" if "\ud800" in symbol else "product_id"
        escaped = json.dumps(json.loads(webhook()) | {"product_id": symbol}).encode()
        assert answered_in_base64(lab, webhook(symbol=symbol)) == (400, field), ascii(symbol)
        assert answered_in_base64(lab, escaped) == (400, field), ascii(symbol)
    assert not queued(lab)


@pytest.mark.fault_case(22)
def test_text_that_nobody_reads_keeps_no_price_out_and_goes_nowhere(lab: Laboratory) -> None:
    assert answered(lab, webhook(note="e\u0301 \u00e9 \U0001f600 \0 \uffff")) == (202, None)
    odd = {"X-Correlation-Id": "\U0001f600\0"}
    assert answered(lab, webhook(), **odd) == (202, None)
    assert not [body for body in queued(lab) if not body["correlation_id"].isascii() or "note" in body]


NO_PRICES = (
    ("NaN", "body"),
    ("Infinity", "body"),
    ("-Infinity", "body"),
    ("1e400", "price"),
    ("-1", "price"),
    ("-0.000000000000000001", "price"),
    ("true", "price"),
    ("null", "price"),
    ("[1]", "price"),
    ('"NaN"', "price"),
    ('"1_000"', "price"),
    ('"1e3"', "price"),
    ('" 1"', "price"),
    ('"+1"', "price"),
    ('"-0"', "price"),
    ('"\u0661\u0662"', "price"),
    ("1" * 19, "price"),
    ("1" * 38, "price"),
    ("1" * 39, "price"),
    ("0." + "1" * 19, "price"),
    ("1" * 5000, "body"),
    ('"' + "1" * 5000 + '"', "price"),
    ("1e99999999999999999999", "body"),
)


@pytest.mark.fault_case(23)
def test_what_is_no_price_is_refused_by_name(lab: Laboratory) -> None:
    for price, field in NO_PRICES:
        body = webhook("PRICE").replace(b'"PRICE"', price.encode())
        assert answered(lab, body) == (400, field), price
    assert not queued(lab)


@pytest.mark.fault_case(23, 24)
@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("-0", "0"),
        ("-0.0", "0.0"),
        ("2.675", "2.675"),
        ("9007199254740993", "9007199254740993"),
        ('"999999999999999999.999999999999999999"', "999999999999999999.999999999999999999"),
        ("0.1", "0.1"),
        ("1E3", "1000"),
    ],
)
def test_a_price_keeps_its_digits_to_the_last(lab: Laboratory, sent: str, kept: str) -> None:
    scenario.add_rule(lab, "rule", "BTC-USD", "above", "0")
    assert answered(lab, webhook("PRICE").replace(b'"PRICE"', sent.encode())) == (202, None)
    lab.settle()
    (alert,) = alerts(lab)
    assert alert["price"] == kept
    assert Decimal(history(lab)[0][1]) == Decimal(kept)


@pytest.mark.fault_case(24, 28)
@pytest.mark.parametrize(
    ("threshold", "below", "at"),
    [
        ("0.3", "0.299999999999999999", "0.3"),
        ("2.675", "2.674999999999999999", "2.675000"),
        ("9007199254740993", "9007199254740992", "9007199254740993"),
        ("0.300000000000000001", "0.3", "0.300000000000000001"),
    ],
)
def test_a_rule_fires_at_its_threshold_and_not_one_tick_before(
    lab: Laboratory, threshold: str, below: str, at: str
) -> None:
    scenario.add_rule(lab, "risen", "BTC-USD", "above", threshold)
    for number, price in enumerate((below, at)):
        assert not fired(lab)
        assert answered(lab, webhook(price, time=f"2026-11-21T09:59:0{number}Z")) == (202, None)
        lab.settle()
    assert fired(lab) == {"risen": 1}
    scenario.add_rule(lab, "fallen", "BTC-USD", "below", below)
    for number, price in enumerate((at, below)):
        assert fired(lab)["fallen"] == 0
        assert answered(lab, webhook(price, time=f"2026-11-21T09:59:1{number}Z")) == (202, None)
        lab.settle()
    assert fired(lab) == {"risen": 1, "fallen": 1}


@pytest.mark.fault_case(24)
def test_random_prices_fire_exactly_the_rules_that_exact_numbers_say(lab: Laboratory) -> None:
    random = Random(7)  # noqa: S311 - to be the same in every run
    thresholds = [Decimal(random.randrange(10**12)).scaleb(-6) for _ in range(20)]
    for number, threshold in enumerate(thresholds):
        scenario.add_rule(lab, f"rule-{number}", "BTC-USD", "above", f"{threshold:f}")
    highest = Decimal(0)
    for second in range(20):
        price = random.choice(thresholds) + Decimal(random.randrange(-1, 2)).scaleb(-18)
        highest = max(highest, price)
        enqueue(lab, update(f"{price:f}", observed_at=f"2026-11-21T09:59:{second:02}Z"))
        lab.settle()
        expected = {f"rule-{number}" for number, threshold in enumerate(thresholds) if threshold <= highest}
        assert fired(lab) == dict.fromkeys(expected, 1)


@pytest.mark.fault_case(28)
def test_a_price_that_flaps_fires_once_for_each_arming(lab: Laboratory) -> None:
    scenario.add_rule(lab, "rule", "BTC-USD", "above", "70000")
    for second in range(20):
        observed = f"2026-11-21T10:00:{second:02}Z"
        lab.clock.pass_by(1)
        enqueue(lab, update("70000" if second % 2 else "69999.999999999999999999", observed_at=observed))
        lab.settle()
        if second == 10:
            assert fired(lab) == {"rule": 1}
            scenario.rules(lab, clock=lab.clock.now).rearm("ada", "rule")
    assert fired(lab) == {"rule": 2}
    assert len({alert["message_id"] for alert in alerts(lab)}) == 2


@pytest.mark.fault_case(28)
def test_late_and_repeated_ticks_are_history_and_the_latest_stays(lab: Laboratory) -> None:
    scenario.add_rule(lab, "fallen", "BTC-USD", "below", "1")
    seconds = [5, 3, 5, 1, 3, 4]
    enqueue(lab, *(update(f"7000{second}", observed_at=f"2026-11-21T09:59:0{second}Z") for second in seconds))
    lab.settle()
    assert [price for _, price in history(lab)] == ["70001", "70003", "70004", "70005", "70005"]
    assert not fired(lab)


@pytest.mark.fault_case(9)
def test_a_batch_pass_without_any_price_queues_and_sends_nothing(lab: Laboratory) -> None:
    scenario.add_rule(lab, "rule", "BTC-USD", "above", "1")
    lab.let_pass(minutes=5)
    assert set(lab.wire.calls) == {"dynamodb.Query"}
    assert not fired(lab)


def signed_otherwise() -> Iterator[tuple[str, Callable[[str, bytes], dict[str, str | None]], int]]:
    """How the signature of a webhook may differ, and what the answer is."""

    def right(stamp: str, body: bytes) -> str:
        return sign(SECRETS["coinbase"].encode(), stamp, body)

    yield "missing", lambda stamp, body: {SIGNATURE_HEADER: None}, 401
    yield "empty", lambda stamp, body: {SIGNATURE_HEADER: ""}, 401
    yield "another secret", lambda stamp, body: {SIGNATURE_HEADER: sign(b"x", stamp, body)}, 401
    yield "another exchange", lambda stamp, body: {SIGNATURE_HEADER: sign(b"kraken-secret", stamp, body)}, 401
    yield "not ASCII", lambda stamp, body: {SIGNATURE_HEADER: "v1=" + "\u00e9" * 64}, 401
    yield "full-width digits", lambda stamp, body: {SIGNATURE_HEADER: "v1=" + "\uff11" * 64}, 401
    yield "an unknown version", lambda stamp, body: {SIGNATURE_HEADER: right(stamp, body).replace("v1", "v2")}, 401
    yield "two versions", lambda stamp, body: {SIGNATURE_HEADER: f"v2={'0' * 64},{right(stamp, body)}"}, 202
    yield "two of one", lambda stamp, body: {SIGNATURE_HEADER: f"{right(stamp, body)}, v1={'0' * 64}"}, 202
    yield "capitals", lambda stamp, body: {SIGNATURE_HEADER: "v1=" + right(stamp, body)[3:].upper()}, 202
    yield "a byte less", lambda stamp, body: {SIGNATURE_HEADER: right(stamp, body[:-1])}, 401
    yield "a byte more", lambda stamp, body: {SIGNATURE_HEADER: right(stamp, body + b" ")}, 401
    yield "no time", lambda stamp, body: {TIMESTAMP_HEADER: None}, 401
    yield "milliseconds", lambda stamp, body: _stamped(stamp + "000", body), 401
    yield "a fraction", lambda stamp, body: _stamped(stamp + ".0", body), 401
    yield "Arabic digits", lambda stamp, body: _stamped("\u0661" * 10, body), 401
    for seconds, status in ((-301, 401), (-299, 202), (299, 202), (301, 401)):
        yield f"{seconds} s", lambda stamp, body, by=seconds: _stamped(str(int(stamp) + by), body), status


def _stamped(stamp: str, body: bytes) -> dict[str, str | None]:
    return {TIMESTAMP_HEADER: stamp, SIGNATURE_HEADER: sign(SECRETS["coinbase"].encode(), stamp, body)}


@pytest.mark.fault_case(25, 27)
def test_a_signature_counts_for_its_bytes_and_300_seconds(lab: Laboratory) -> None:
    body = webhook()
    for name, change, expected in signed_otherwise():
        status, field = answered(lab, body, **change(str(int(START.timestamp())), body))
        assert status == expected, name
        assert (field in (SIGNATURE_HEADER, TIMESTAMP_HEADER)) == (status == 401), name
        assert len(queued(lab)) == (status == 202), name


@pytest.mark.fault_case(25)
def test_a_replay_within_the_window_is_the_same_observation_and_beyond_it_is_refused(lab: Laboratory) -> None:
    scenario.add_rule(lab, "rule", "BTC-USD", "above", "70000")
    body, stamp = webhook("70001", time=None), str(int(START.timestamp()))
    for seconds, status in ((0, 202), (299, 202), (2, 401)):
        lab.clock.pass_by(seconds)
        assert scenario.post(lab, "coinbase", body, stamp).answer["statusCode"] == status
        lab.settle()
    assert len(history(lab)) == 2
    assert fired(lab) == {"rule": 1}


@pytest.mark.fault_case(26)
@pytest.mark.parametrize(
    ("secrets", "old", "new"),
    [(["coinbase-secret"], 202, 401), (["new", "coinbase-secret"], 202, 202), (["new"], 401, 202)],
    ids=["before", "overlap", "after"],
)
def test_during_a_rotation_both_secrets_count(secrets: list[str], old: int, new: int) -> None:
    document = json.dumps({"coinbase": {"webhook_secrets": secrets}})
    with laboratory(PriceAlerts.system, {"exchange-credentials": document}) as lab:
        body, stamp = webhook(), str(int(START.timestamp()))
        assert answered(lab, body)[0] == old
        assert answered(lab, body, **{SIGNATURE_HEADER: sign(b"new", stamp, body)})[0] == new
        assert len(queued(lab)) == [old, new].count(202)


@pytest.mark.fault_case(27)
@pytest.mark.parametrize("minutes", [-10, 10])
def test_a_sender_whose_clock_is_wrong_is_told_so(lab: Laboratory, minutes: int) -> None:
    body = webhook()
    with lab.clock.skewed(minutes=minutes):
        told = event(lab, body)
    answer = lab.call(INGESTION, told).answer
    assert (answer["statusCode"], json.loads(answer["body"])["field"]) == (401, TIMESTAMP_HEADER)
    assert not queued(lab)


NO_INSTANTS = (
    "2026-11-21T10:00:00",
    "2026-11-21 10:00:00Z",
    "2026-11-21T10:05:01Z",
    "2026-11-21T25:00:00Z",
    "9999-12-31T23:59:59-01:00",
    1795255200,
    1795255200000,
    "1795255200",
    None,
)


@pytest.mark.fault_case(27)
def test_an_instant_without_a_zone_or_of_another_form_is_refused(lab: Laboratory) -> None:
    for time in NO_INSTANTS:
        status, field = answered(lab, json.dumps(json.loads(webhook()) | {"time": time}).encode())
        assert (status, field) in ((400, "time"), (400, "timestamp")), time
    assert not queued(lab)


@pytest.mark.fault_case(27)
def test_binance_speaks_milliseconds_or_microseconds_and_never_seconds() -> None:
    secrets = {"exchange-credentials": json.dumps({"binance": {"webhook_secrets": ["coinbase-secret"]}})}
    with laboratory(PriceAlerts.system, secrets) as lab:
        for instant, status in ((1795255200, 400), (1795255200000, 202), (1795255200000000, 202)):
            body = json.dumps({"e": "24hrTicker", "E": instant, "s": "BTCUSD", "c": "1"}).encode()
            told = event(lab, body) | {"resource": "/webhook/binance"}
            answer = lab.call(INGESTION, told).answer
            assert (answer["statusCode"], json.loads(answer["body"]).get("field")) == (
                status,
                "E" if status == 400 else None,
            )
        assert {one["observed_at"] for one in queued(lab)} == {"2026-11-21T10:00:00.000000Z"}


@pytest.mark.fault_case(32)
def test_a_key_that_is_disabled_for_ten_minutes_delays_and_loses_nothing(lab: Laboratory) -> None:
    expected, _ = undisturbed(PriceAlerts)
    until = lab.clock.now().timestamp() + 600

    def disabled(_: int) -> bool:
        return lab.clock.now().timestamp() < until

    lab.wire.faults += [
        Fault(Refused("DisabledException"), "kms.Decrypt", disabled),
        Fault(Refused("KMS.DisabledException"), "sqs.SendMessageBatch", disabled),
        Fault(Refused("KMSDisabled"), "sns.PublishBatch", disabled),
        *(
            Fault(Refused("AccessDeniedException"), f"dynamodb.{operation}", disabled)
            for operation in ("PutItem", "UpdateItem", "Query", "BatchGetItem")
        ),
    ]
    answer = scenario.post(lab, "coinbase", webhook()).answer
    assert (answer["statusCode"], answer["headers"]["Retry-After"]) == (503, "5")
    enqueue(lab, update("1", "SOL-USD"))
    lab.let_pass(minutes=10)
    assert lab.ringing()
    outcome = run(PriceAlerts(), lab)
    assert {name: outcome.state[name] for name in expected.state} == expected.state
    assert outcome.messages == expected.messages
    assert outcome.state["SOL-USD latest"] == ["coinbase 1"]
