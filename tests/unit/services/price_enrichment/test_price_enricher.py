import io
from typing import Any

import pytest

from services.price_enrichment.price_enricher import TIME_RESERVE_MS, enrich_stream, handler
from tests.unit.services.fakes import THROTTLED, TIMED_OUT, FakeContext
from tests.unit.services.price_enrichment.series import Series, expected, price

PLENTY = 120_000


def enrich(series: Series, records: list[dict[str, Any]], milliseconds_left: int = PLENTY) -> list[str]:
    answer = enrich_stream(series.enricher, records, lambda: milliseconds_left)
    return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]


def numbers(*records: dict[str, Any]) -> list[str]:
    return [record["dynamodb"]["SequenceNumber"] for record in records]


@pytest.mark.requirement("PE-2")
def test_prices_of_the_stream_are_enriched():
    series, prices = Series(), [price(number) for number in range(3)]
    series.put(*prices)
    assert enrich(series, series.dynamodb.new_records()) == []
    assert series.stored() == expected(prices)


@pytest.mark.requirement("PE-8")
def test_metrics_that_are_written_back_are_no_new_prices():
    series = Series()
    series.put(price(1))
    enrich(series, series.dynamodb.new_records())
    assert [record["eventName"] for record in series.dynamodb.stream] == ["MODIFY"]
    assert series.dynamodb.new_records() == []


@pytest.mark.requirement("ALL-8", "ALL-14")
@pytest.mark.parametrize("image", [{"price": {"S": "1"}}, {"price": {"N": "0"}}, {}])
def test_a_poison_record_fails_alone(image: dict[str, Any], log: io.StringIO):
    series = Series()
    series.put(price(1), price(2))
    good = series.dynamodb.new_records()
    key = {"symbol": {"S": "BTC-USD"}, "timestamp": {"N": "7"}}
    poison = {"eventName": "INSERT", "dynamodb": {"SequenceNumber": "poison", "NewImage": key | image}}
    assert enrich(series, [good[0], poison, good[1]]) == ["poison"]
    assert series.stored() == expected([price(1), price(2)])
    assert "BTC-USD, 7 has no price above 0" in log.getvalue()


@pytest.mark.requirement("ALL-8", "ALL-14")
@pytest.mark.parametrize("operation", ["query", "update_item"])
@pytest.mark.parametrize("error", [THROTTLED, TIMED_OUT])
def test_a_symbol_that_fails_is_reported_and_the_others_go_on(operation: str, error: Exception, log: io.StringIO):
    series, other = Series(), price(3)
    series.put(price(1), price(2))
    object.__setattr__(other, "symbol", "ETH-USD")
    series.put(other)
    records = series.dynamodb.new_records()
    series.dynamodb.fail(operation, error)
    assert enrich(series, records) == numbers(*records[:2])
    assert "prices not enriched" in log.getvalue()
    assert "metrics" in series.dynamodb.items("ETH-USD")[0]
    assert enrich(series, records) == []
    assert series.stored() == expected([price(1), price(2)])


@pytest.mark.requirement("ALL-8")
def test_what_there_is_no_time_for_comes_again():
    series = Series()
    series.put(price(1))
    records = series.dynamodb.new_records()
    assert enrich(series, records, TIME_RESERVE_MS - 1) == numbers(*records)
    assert enrich(series, records, TIME_RESERVE_MS) == []


def test_the_function_answers_an_empty_batch():
    assert handler({"Records": []}, FakeContext()) == {"batchItemFailures": []}
