"""What prices must outlive beyond what every system must: signatures, spellings of numbers, poison in the stream."""

import base64
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from random import Random
from typing import Any

import pytest

from services.common.signature import SIGNATURE_HEADER, TIMESTAMP_HEADER, sign
from services.price_enrichment.system import crypto_prices
from tests.faults.laboratory.account import NAMING
from tests.faults.laboratory.faults import Fault, Meanwhile, Refused, always, first
from tests.faults.laboratory.laboratory import Laboratory, laboratory
from tests.faults.scenarios.price_enrichment import PRICES, SECRETS, PriceEnrichment

pytestmark = pytest.mark.fault_system("price-enrichment")

WEBHOOK = PRICES["second"]
SYMBOLS = ("BTC-USD", "ETH-USD")
MAX_BODY_BYTES = 65_536
PROCESSOR_LETTERS = "webhook-processor-failures"
ENRICHER_LETTERS = "price-enricher-stream-dlq"


class Prices:
    """The system at work, and what is stored of it."""

    def __init__(self, lab: Laboratory) -> None:
        self.lab, self.scenario = lab, PriceEnrichment()

    def event(self, webhook: Mapping[str, Any] | bytes = WEBHOOK, **headers: str) -> dict[str, Any]:
        return self.scenario.event(self.lab, webhook, **headers)

    def process(self, event: Mapping[str, Any]) -> str:
        """What became of a webhook: a status, or the error that has Lambda try again."""
        result = self.lab.call("webhook-processor", event)
        return result.answer["status"] if result.error is None else type(result.error).__name__

    def post(self, *webhooks: Mapping[str, Any] | bytes) -> None:
        """Webhooks as they come in, until nothing is left to do."""
        for webhook in webhooks:
            self.lab.invocations["webhook-processor"].accept(self.event(webhook))
        self.lab.settle()

    def enrich(self, *records: Mapping[str, Any]) -> list[str]:
        """The sequence numbers that a batch of records reports as failed."""
        result = self.lab.call("price-enricher", {"Records": list(records)})
        assert result.error is None
        return [failure["itemIdentifier"] for failure in result.answer["batchItemFailures"]]

    def put(self, symbol: str, second: int, **attributes: Any) -> None:
        """An item that somebody else has written."""
        item = {"symbol": {"S": symbol}, "timestamp": {"N": str(second)}} | attributes
        self.lab.account.dynamodb.put_item(TableName=NAMING.name(crypto_prices), Item=item)

    def stored(self) -> list[tuple[str, Decimal]]:
        return [(item["symbol"]["S"], Decimal(item["price"]["N"])) for item in self.items()]

    def items(self) -> list[dict[str, Any]]:
        items = self.lab.account.items(crypto_prices)
        return sorted(items, key=lambda item: (item["symbol"]["S"], Decimal(item["timestamp"]["N"])))

    def metrics(self) -> list[dict[str, str]]:
        """Of each price, in their order; empty where it has none."""
        return [
            {name: value["N"] for name, value in item.get("metrics", {"M": {}})["M"].items()} for item in self.items()
        ]


def lasting(item: Mapping[str, Any]) -> dict[str, Any]:
    """What is equal in two series of one course."""
    return {name: item[name] for name in ("timestamp", "price", "metrics", "window_size", "window_start")}


@pytest.fixture
def prices() -> Iterator[Prices]:
    with laboratory(PriceEnrichment.system, PriceEnrichment.secrets) as lab:
        yield Prices(lab)


def at(second: int, **other: Any) -> dict[str, Any]:
    """A price of a second, unlike that of any other."""
    change = {"price": f"6000{second}.5", "timestamp": f"2026-11-21T09:59:{second:02}Z"}
    return {"exchange": "kraken", "symbol": "BTC-USD"} | change | other


@pytest.mark.fault_case(1)
def test_a_second_webhook_with_a_price_is_told_as_a_duplicate(prices: Prices) -> None:
    prices.post(WEBHOOK, WEBHOOK)
    assert len(prices.stored()) == 1
    updates = prices.scenario.updates(prices.lab, "stored", "duplicate")
    assert sorted(update["status"] for update in updates) == ["duplicate", "stored"]
    assert len({update["message_id"] for update in updates}) == 1


@pytest.mark.fault_case(2)
def test_of_twenty_webhooks_in_parallel_one_is_stored(prices: Prices) -> None:
    told: Counter[str] = Counter()

    def another() -> None:
        told[prices.process(prices.event())] += 1

    # Each has come as far as writing when the next one begins.
    prices.lab.wire.faults.append(Fault(Meanwhile(another), "dynamodb.PutItem", first(19)))
    another()
    prices.lab.settle()
    assert told == {"stored": 1, "duplicate": 19}
    assert len(prices.stored()) == 1


@pytest.mark.fault_case(3)
def test_another_price_of_one_exchange_and_instant_stands_beside_the_first(prices: Prices) -> None:
    prices.post(WEBHOOK, WEBHOOK | {"price": "60000.11"}, WEBHOOK)
    assert sorted(prices.stored()) == [("BTC-USD", Decimal("60000.10")), ("BTC-USD", Decimal("60000.11"))]
    assert all(prices.metrics())


@pytest.mark.fault_case(4)
def test_a_record_twice_in_a_batch_and_in_two_writes_nothing_twice(prices: Prices) -> None:
    prices.lab.processes["price-enricher"].disabled = True
    prices.post(at(1), at(2))
    prices.lab.processes["price-enricher"].disabled = False
    records = prices.lab.streams["price-enricher"].peek()
    assert prices.enrich(*records, *records) == []
    before, writes = prices.items(), prices.lab.wire.calls.count("dynamodb.UpdateItem")
    assert writes == 2
    assert prices.enrich(*records) == []
    assert prices.items() == before
    assert prices.lab.wire.calls.count("dynamodb.UpdateItem") == writes


@pytest.mark.fault_case(8, 16)
@pytest.mark.parametrize("place", [0, 1, 2], ids=["first", "middle", "last"])
def test_an_item_that_is_no_price_fails_alone_and_is_enriched_once_it_is_one(prices: Prices, place: int) -> None:
    stream, enricher = prices.lab.streams["price-enricher"], prices.lab.processes["price-enricher"]
    enricher.disabled = True
    for number in range(3):
        if number == place:
            prices.put("BTC-USD", 1_795_255_140 + number, price={"N": "0"})
        else:
            prices.post(at(number))
    poison = stream.peek()[place]["dynamodb"]["SequenceNumber"]
    enricher.disabled = False
    prices.lab.settle()
    (letter,) = prices.lab.dead_letters()[ENRICHER_LETTERS]
    told = json.loads(letter["Body"])["DDBStreamBatchInfo"]
    assert (told["batchSize"], told["startSequenceNumber"], told["endSequenceNumber"]) == (1, poison, poison)
    assert [bool(found) for found in prices.metrics()] == [number != place for number in range(3)]
    # The letter names no price; the log does, and the runbook's call makes up for it.
    prices.put("BTC-USD", 1_795_255_140 + place, price={"N": "60000.5"})
    prices.scenario.enrich_again(prices.lab)
    assert all(prices.metrics())
    assert [item["window_size"]["N"] for item in prices.items()] == ["1", "2", "3"]


@pytest.mark.fault_case(16)
def test_bisecting_isolates_an_item_that_the_function_dies_of(prices: Prices) -> None:
    enricher = prices.lab.processes["price-enricher"]
    enricher.disabled = True
    prices.post(at(1))
    # The half of what metrics leave: no code has ever written that.
    prices.put("ETH-USD", 1_795_255_140, price={"N": "1"}, window_start={"N": "1"})
    prices.post(at(2))
    enricher.disabled = False
    prices.lab.settle()
    assert enricher.errors
    (letter,) = prices.lab.dead_letters()[ENRICHER_LETTERS]
    assert json.loads(letter["Body"])["DDBStreamBatchInfo"]["batchSize"] == 1
    assert [bool(found) for found in prices.metrics()] == [True, True, False]


@pytest.mark.fault_case(8, 20, 22, 23)
def test_what_an_exchange_signed_and_is_no_price_is_kept_with_all_its_bytes(prices: Prices) -> None:
    poison = b'{"exchange": "kraken", "symbol": "BTC/USD", "price": "NaN", "note": "\xf0\x9f\x98\x80"}'
    prices.post(at(1), poison, at(2))
    (letter,) = prices.lab.dead_letters()[PROCESSOR_LETTERS]
    record = json.loads(letter["Body"])
    assert base64.b64decode(record["requestPayload"]["body"]) == poison
    assert record["responsePayload"]["errorMessage"].startswith("price is 'NaN'")
    assert len(prices.stored()) == 2


@pytest.mark.fault_case(9)
def test_a_batch_that_is_all_bad_fails_as_a_whole_and_an_empty_one_does_nothing(prices: Prices) -> None:
    prices.lab.processes["price-enricher"].disabled = True
    for second in range(3):
        prices.put("BTC-USD", second, price={"N": "0"})
    records = prices.lab.streams["price-enricher"].peek()
    prices.lab.processes["price-enricher"].disabled = False
    assert prices.enrich(*records) == [record["dynamodb"]["SequenceNumber"] for record in records]
    assert len(records) == 3
    assert prices.enrich() == []
    assert "dynamodb.Query" not in prices.lab.wire.calls


@pytest.mark.fault_case(10, 15)
@pytest.mark.parametrize("event_name", ["INSERT", "REMOVE"])
def test_a_record_without_a_new_image_fails_alone(prices: Prices, event_name: str) -> None:
    prices.lab.processes["price-enricher"].disabled = True
    prices.post(at(1))
    (good,) = prices.lab.streams["price-enricher"].peek()
    prices.lab.processes["price-enricher"].disabled = False
    change = {"Keys": good["dynamodb"]["Keys"], "SequenceNumber": "7"}
    assert prices.enrich({"eventName": event_name, "dynamodb": change}, good) == ["7"]
    assert all(prices.metrics())


@pytest.mark.fault_case(15)
def test_a_price_that_is_removed_runs_nothing(prices: Prices) -> None:
    prices.post(at(1), at(2))
    (item, _), calls = prices.items(), len(prices.lab.wire.calls)
    key = {name: item[name] for name in ("symbol", "timestamp")}
    prices.lab.account.dynamodb.delete_item(TableName=NAMING.name(crypto_prices), Key=key)
    prices.lab.settle()
    assert len(prices.lab.wire.calls) == calls
    assert prices.lab.dead_letters() == {}


@pytest.mark.fault_case(19)
@pytest.mark.parametrize("size", [MAX_BODY_BYTES, MAX_BODY_BYTES + 1, 2**20 - 1, 2**20 + 1, 7 * 2**20, 11 * 2**20])
def test_a_body_is_stored_up_to_its_largest_size_and_refused_beyond(prices: Prices, size: int) -> None:
    short = json.dumps(WEBHOOK | {"note": ""}).encode()
    body = json.dumps(WEBHOOK | {"note": "x" * (size - len(short))}).encode()
    assert len(body) == size
    fits = size <= MAX_BODY_BYTES
    assert prices.process(prices.event(body)) == ("stored" if fits else "InvalidInputError")
    assert len(prices.stored()) == fits


@pytest.mark.fault_case(20)
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b'"text"',
        b"\xef\xbb\xbf" + json.dumps(WEBHOOK).encode(),
        b"\xff\xfe{}",
        json.dumps(WEBHOOK).encode()[:-1] + b', "note": ' + b"[" * 10_000 + b"]" * 10_000 + b"}",
        json.dumps(WEBHOOK).encode()[:-1] + b', "note": ' + b"[" * 33 + b"]" * 33 + b"}",
        b"{}",
    ],
)
def test_a_body_that_is_no_object_of_a_price_is_refused_by_field(prices: Prices, body: bytes) -> None:
    result = prices.lab.call("webhook-processor", prices.event(body))
    assert type(result.error).__name__ == "InvalidInputError"
    assert str(result.error).startswith(("body is", "symbol is missing", "exchange is missing"))
    assert prices.stored() == []


@pytest.mark.fault_case(20)
def test_of_a_key_that_is_repeated_the_last_one_counts_whoever_it_names(prices: Prices) -> None:
    twice = json.dumps(WEBHOOK).encode()[:-1] + b', "price": "7"}'
    assert prices.process(prices.event(twice)) == "stored"
    assert prices.stored() == [("BTC-USD", Decimal(7))]
    # Kraken signs, and speaks for itself first and for another in the end.
    foreign = json.dumps(WEBHOOK).encode()[:-1] + b', "exchange": "coinbase"}'
    assert prices.process(prices.event(foreign)) == "refused"


@pytest.mark.fault_case(21)
def test_headers_and_body_are_read_however_they_are_written(prices: Prices) -> None:
    event = prices.event()
    small = {name.lower(): value for name, value in event["headers"].items()}
    text = base64.b64decode(event["body"]).decode()
    assert prices.process(event | {"headers": small}) == "stored"
    assert prices.process(event | {"body": text, "isBase64Encoded": False}) == "stored"
    multiple = {"headers": None, "multiValueHeaders": {name: [value] for name, value in event["headers"].items()}}
    assert prices.process(event | multiple) == "stored"
    assert prices.process(event | {"headers": None}) == "refused"
    assert prices.process(event | {"headers": dict.fromkeys(event["headers"])}) == "refused"
    assert prices.process(event | {"body": "%%%"}) == "InvalidInputError"
    assert prices.process(event | {"body": None}) == "refused"
    assert len(prices.stored()) == 1


@pytest.mark.fault_case(22)
@pytest.mark.parametrize("field", ["symbol", "exchange"])
@pytest.mark.parametrize(
    "text",
    # The last two are ASCII in the other case.
    ["BTC-\u00dcSD", "BTC-U\u0308SD", "\U0001f600-USD", "BTC\0-USD", "\u0412TC-USD", "BTC-U\u017fD", "\u212araken"],
)
def test_names_of_other_characters_are_refused(prices: Prices, field: str, text: str) -> None:
    event = prices.scenario.event(prices.lab, WEBHOOK | {field: text}, SECRETS["kraken"])
    assert prices.process(event) == "InvalidInputError"
    assert prices.stored() == []


@pytest.mark.fault_case(22)
def test_a_lone_surrogate_is_no_json_and_other_text_beside_the_price_does_no_harm(prices: Prices) -> None:
    lone = json.dumps(WEBHOOK).encode()[:-1] + rb', "note": "\ud800"}'
    assert prices.process(prices.event(lone)) == "InvalidInputError"
    assert prices.process(prices.event(WEBHOOK | {"note": "\U0001f600 \0 e\u0301", "\u00e9": 1})) == "stored"


@pytest.mark.fault_case(23)
@pytest.mark.parametrize(
    "price",
    [
        "NaN", "Infinity", "-Infinity", "1e400", "-1", "-0", "0", "true", "null", '"NaN"', '"Infinity"', '"1_000"',
        '"\\u0661\\u0662"', '"-0"', '"1e3"', '" 1"', '""', '"1."', "9" * 38, "9" * 39, "9" * 5_000,
        f'"{"9" * 5_000}"', "1e-19", "1e18", "[1]", "{}", "1" + "0" * 4_999 + ".5",
    ],
)  # fmt: skip
def test_what_is_no_price_is_refused(prices: Prices, price: str) -> None:
    body = json.dumps(WEBHOOK | {"price": "PRICE"}).replace('"PRICE"', price).encode()
    result = prices.lab.call("webhook-processor", prices.event(body))
    assert type(result.error).__name__ == "InvalidInputError"
    assert len(str(result.error)) < 300
    assert prices.stored() == []


@pytest.mark.fault_case(24)
def test_prices_and_their_means_are_exact(prices: Prices) -> None:
    given = ["0.1", "0.2", "2.675", str(2**53 + 1), "0.000000000000001"]
    for second, price in enumerate(given):
        # As a number as often as a string.
        literal = price if second % 2 else f'"{price}"'
        prices.post(json.dumps(at(second, price="PRICE")).replace('"PRICE"', literal).encode())
    assert [price for _, price in prices.stored()] == [Decimal(price) for price in given]
    mean = sum(map(Fraction, given)) / 5
    assert Fraction(prices.metrics()[-1]["sma_5"]) == mean


@pytest.mark.fault_case(24)
def test_means_of_random_prices_are_exact(prices: Prices) -> None:
    random = Random(24)  # noqa: S311  # prices, no secrets
    given = [Decimal(random.randrange(1, 10**18)).scaleb(-random.randrange(19)) for _ in range(50)]
    prices.lab.processes["price-enricher"].disabled = True
    for second, price in enumerate(given):
        prices.put("BTC-USD", 1_795_255_140 + second, price={"N": f"{price:f}"})
    prices.lab.processes["price-enricher"].disabled = False
    prices.lab.settle()
    mean = Fraction(prices.metrics()[-1]["sma_50"])
    assert abs(mean - sum(map(Fraction, given)) / 50) <= abs(mean) * Fraction(1, 10**33)


@pytest.mark.fault_case(25)
@pytest.mark.parametrize(
    ("signature", "status"),
    [
        (None, "refused"),
        ("", "refused"),
        ("v1=" + "0" * 64, "refused"),
        ("v1=\u00e9" + "0" * 63, "refused"),
        ("v1=" + "\u0661" * 64, "refused"),
        ("v2={good}", "refused"),
        ("{good}", "refused"),
        ("v1={good}", "stored"),
        ("v2=" + "0" * 64 + ",v1={good}", "stored"),
        ("v1=" + "0" * 64 + ", v1={good}", "stored"),
    ],
)
def test_one_signature_must_be_right(prices: Prices, signature: str | None, status: str) -> None:
    event = prices.event()
    good = event["headers"][SIGNATURE_HEADER].removeprefix("v1=")
    event["headers"][SIGNATURE_HEADER] = signature and signature.format(good=good)
    assert prices.process(event) == status
    assert len(prices.stored()) == (status == "stored")


@pytest.mark.fault_case(25)
@pytest.mark.parametrize(
    "change", [lambda raw: raw[:-1], lambda raw: raw + b" ", lambda raw: raw.replace(b"60000", b"60001")]
)
def test_a_signature_is_of_every_byte(prices: Prices, change: Any) -> None:
    event = prices.event()
    event["body"] = base64.b64encode(change(base64.b64decode(event["body"]))).decode()
    assert prices.process(event) == "refused"
    assert prices.stored() == []


@pytest.mark.fault_case(25, 27)
@pytest.mark.parametrize(
    ("seconds", "status"), [(299, "stored"), (-299, "stored"), (301, "refused"), (-301, "refused")]
)
def test_a_signature_is_good_for_300_seconds_either_way(prices: Prices, seconds: int, status: str) -> None:
    with prices.lab.clock.skewed(seconds=seconds):
        event = prices.event()
    event["requestContext"]["requestTimeEpoch"] = int(prices.lab.clock.now().timestamp() * 1000)
    assert prices.process(event) == status


@pytest.mark.fault_case(25)
def test_a_webhook_that_is_replayed_stores_nothing_new(prices: Prices) -> None:
    event = prices.event()
    assert prices.process(event) == "stored"
    prices.lab.clock.pass_by(200)
    replayed = prices.event() | {"headers": event["headers"]}
    assert prices.process(replayed) == "duplicate"
    # Without its own time the price was observed when it was signed, hence its copies have one time, too.
    timeless = prices.event({name: value for name, value in WEBHOOK.items() if name != "timestamp"})
    assert prices.process(timeless) == "stored"
    prices.lab.clock.pass_by(200)
    assert prices.process(prices.event() | {"headers": timeless["headers"], "body": timeless["body"]}) == "duplicate"
    assert len(prices.stored()) == 2


@pytest.mark.fault_case(26)
def test_while_secrets_overlap_both_are_good_and_afterwards_the_new_one_alone() -> None:
    documents = {"before": ["old"], "during": ["new", "old"], "after": ["new"]}
    good: dict[str, list[str]] = {}
    for when, secrets in documents.items():
        credentials = json.dumps({"kraken": {"webhook_secrets": secrets}})
        with laboratory(PriceEnrichment.system, {**PriceEnrichment.secrets, "webhook-credentials": credentials}) as lab:
            prices = Prices(lab)
            told = {key: prices.process(prices.scenario.event(lab, WEBHOOK, key)) for key in ("old", "new")}
            good[when] = [key for key, status in told.items() if status != "refused"]
    assert good == {"before": ["old"], "during": ["old", "new"], "after": ["new"]}


@pytest.mark.fault_case(27)
@pytest.mark.parametrize("minutes", [10, -10])
def test_what_the_function_s_own_clock_says_refuses_nobody(prices: Prices, minutes: int) -> None:
    event = prices.event()
    with prices.lab.clock.skewed(minutes=minutes):
        assert prices.process(event) == "stored"


@pytest.mark.fault_case(27)
@pytest.mark.parametrize(
    "timestamp",
    [1795255142, 1795255142000, "1795255142", "2026-11-21T09:59:02", "2026-11-21 09:59:02Z", "2026-11-21T10:05:01Z",
     "2026-02-30T00:00:00Z", "1969-12-31T23:59:59Z", "0001-01-01T00:00:00+14:00"],
)  # fmt: skip
def test_a_time_without_unit_zone_or_sense_is_refused(prices: Prices, timestamp: object) -> None:
    result = prices.lab.call("webhook-processor", prices.event(WEBHOOK | {"timestamp": timestamp}))
    assert str(result.error).startswith(("timestamp is", "the price was observed at"))
    assert prices.stored() == []


@pytest.mark.fault_case(27)
def test_a_signature_s_time_in_milliseconds_is_refused(prices: Prices) -> None:
    raw = json.dumps(WEBHOOK).encode()
    stamp = str(int(prices.lab.clock.now().timestamp() * 1000))
    signature = sign(SECRETS["kraken"].encode(), stamp, raw)
    assert prices.process(prices.event(raw, **{TIMESTAMP_HEADER: stamp, SIGNATURE_HEADER: signature})) == "refused"


@pytest.mark.fault_case(29)
def test_where_no_price_is_none_is_enriched_and_the_first_one_has_a_window_of_its_own(prices: Prices) -> None:
    of_nobody = {"symbol": "BTC-USD", "from": "2026-11-21T09:00:00Z", "to": "2026-11-21T11:00:00Z"}
    assert prices.lab.call("price-enricher", of_nobody).answer == {"written": 0, "continue_from": None}
    assert prices.items() == []
    prices.post(at(1))
    assert [item["window_size"]["N"] for item in prices.items()] == ["1"]
    assert prices.metrics() == [dict.fromkeys(("ema_5", "ema_10", "ema_20"), "60001.5")]


@pytest.mark.fault_case(29)
def test_late_and_repeated_prices_leave_the_metrics_of_the_ordered_series(prices: Prices) -> None:
    prices.post(*[at(second) for second in range(8)])
    for batch in ((7, 3, 3, 5), (0, 7, 6, 1), (4, 2)):
        prices.post(*[at(second, symbol="ETH-USD") for second in batch])
    ordered, disordered = ([item for item in prices.items() if item["symbol"]["S"] == symbol] for symbol in SYMBOLS)
    assert [lasting(item) for item in disordered] == [lasting(item) for item in ordered]
    assert prices.metrics()[0].keys() == {"ema_5", "ema_10", "ema_20"}
    assert {"sma_5", "volatility_5"} <= prices.metrics()[7].keys()


@pytest.mark.fault_case(2, 29)
def test_who_was_overtaken_between_reading_and_writing_overwrites_nothing(prices: Prices) -> None:
    stream, enricher = prices.lab.streams["price-enricher"], prices.lab.processes["price-enricher"]
    enricher.disabled = True
    prices.post(at(1), at(3))
    enricher.disabled = False
    records = stream.peek()

    def overtake() -> None:
        prices.process(prices.event(at(2)))
        assert prices.enrich(stream.peek()[-1]) == []

    prices.lab.wire.faults.append(Fault(Meanwhile(overtake), "dynamodb.UpdateItem", first(1)))
    assert prices.enrich(*records) == []
    assert [item["window_size"]["N"] for item in prices.items()] == ["1", "2", "3"]


@pytest.mark.fault_case(18)
def test_prices_whose_metrics_cannot_be_written_are_enriched_when_they_can(prices: Prices) -> None:
    fault = Fault(Refused("InternalServerError", 500), "dynamodb.UpdateItem", always)
    prices.lab.wire.faults.append(fault)
    prices.post(at(1), at(2))
    assert prices.metrics() == [{}, {}]
    assert prices.lab.dead_letters().keys() == {ENRICHER_LETTERS}
    fault.turn = first(0)
    prices.scenario.enrich_again(prices.lab)
    assert all(prices.metrics())


@pytest.mark.fault_case(32)
def test_while_the_key_is_disabled_webhooks_wait_in_the_failure_queue(prices: Prices) -> None:
    disabled = Fault(Refused("DisabledException"), "kms.Decrypt", always)
    prices.lab.wire.faults.append(disabled)
    prices.post(at(1), at(2))
    assert prices.stored() == []
    letters = prices.lab.dead_letters()
    assert {name: len(messages) for name, messages in letters.items()} == {PROCESSOR_LETTERS: 2}
    assert "webhook-processor-errors" in prices.lab.ringing()
    disabled.turn = first(0)
    prices.scenario.redrive(prices.lab, letters)
    assert len(prices.stored()) == 2
