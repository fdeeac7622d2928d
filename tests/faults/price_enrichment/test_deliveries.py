"""Repeated, poisonous, refused and late: what deliveries do to exchanges' prices and their metrics."""

import base64
import json
from collections import Counter
from decimal import Decimal

import pytest

from services.price_enrichment.system import crypto_prices
from tests.faults.laboratory.account import NAMING
from tests.faults.laboratory.faults import Fault, Meanwhile, Refused, always, first
from tests.faults.price_enrichment.prices import WEBHOOK, Prices, at

pytestmark = pytest.mark.fault_system("price-enrichment")

PROCESSOR_LETTERS = "webhook-processor-failures"
ENRICHER_LETTERS = "price-enricher-stream-dlq"


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
