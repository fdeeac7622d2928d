import io
from typing import Any

import pytest

from services.common.invalid_input import InvalidInputError
from services.common.timestamp import utc_text
from services.price_enrichment import price_enricher
from services.price_enrichment.price_enricher import TIME_RESERVE_MS, enrich_again, enrich_stream, handler
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
@pytest.mark.parametrize("image", [{"price": {"S": "1"}}, {"price": {"N": "0"}}, {}, None])
def test_a_poison_record_fails_alone(image: dict[str, Any] | None, log: io.StringIO):
    series = Series()
    series.put(price(1), price(2))
    good = series.dynamodb.new_records()
    key = {"symbol": {"S": "BTC-USD"}, "timestamp": {"N": "7"}}
    change = {"SequenceNumber": "poison", "Keys": key} | ({} if image is None else {"NewImage": key | image})
    poison = {"eventName": "INSERT", "dynamodb": change}
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


@pytest.mark.requirement("ALL-8", "PE-9")
def test_scattered_prices_that_there_is_no_time_for_come_again_and_the_others_are_done():
    series, prices = Series(), [price(number) for number in range(900)]
    series.put(*prices)
    records = series.dynamodb.new_records()
    late = [records[number] for number in (800, 400, 0, 401)]
    left = iter([TIME_RESERVE_MS] * 2 + [TIME_RESERVE_MS - 1])
    answer = enrich_stream(series.enricher, late, left.__next__)
    assert [failure["itemIdentifier"] for failure in answer["batchItemFailures"]] == numbers(records[800])
    assert [number for number, item in enumerate(series.stored()) if item["metrics"]] == [*range(200), *range(400, 601)]
    assert enrich(series, late) == []
    assert series.stored()[800:] == expected(prices)[800:]


def again(series: Series, *seconds: int, milliseconds_left: int = PLENTY) -> dict[str, Any]:
    """Enriches the prices from one second on and before another."""
    earliest, latest = (utc_text(price(second).observed_at) for second in seconds)
    event = {"symbol": "btc/usd", "from": earliest, "to": latest}
    return enrich_again(series.enricher, event, lambda: milliseconds_left)


@pytest.mark.requirement("ALL-14", "PE-9")
def test_prices_that_no_event_told_of_are_enriched_when_an_operator_asks_for_it():
    series, prices = Series(), [price(number) for number in range(450)]
    series.put(*prices)
    assert again(series, 0, 450) == {"written": 450, "continue_from": None}
    assert series.stored() == expected(prices)
    assert again(series, 0, 450) == {"written": 0, "continue_from": None}


def test_enriching_again_leaves_out_what_no_price_of_that_time_has_an_influence_on():
    series, prices = Series(), [price(number) for number in range(220)]
    series.put(*prices)
    assert again(series, 10, 12) == {"written": 201, "continue_from": None}
    assert again(series, 10, 10) == {"written": 0, "continue_from": None}
    without = [number for number, item in enumerate(series.stored()) if not item["metrics"]]
    assert without == [*range(10), *range(211, 220)]


def test_where_time_does_not_suffice_it_says_where_to_continue():
    series = Series()
    series.put(price(1), price(2))
    answer = again(series, 0, 9, milliseconds_left=TIME_RESERVE_MS - 1)
    assert answer == {"written": 0, "continue_from": "2026-11-21T10:00:01.000000Z"}


@pytest.mark.parametrize("field", ["symbol", "from", "to"])
def test_a_call_that_lacks_a_field_is_told_which(field: str):
    event = {"symbol": "BTC-USD", "from": "2026-11-21T10:00:00Z", "to": "2026-11-21T10:00:00Z"}
    with pytest.raises(InvalidInputError, match=field):
        enrich_again(Series().enricher, {**event, field: None}, lambda: PLENTY)


def test_the_function_enriches_again(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(price_enricher, "enricher", Series().enricher)
    event = {"symbol": "BTC-USD", "from": "2026-11-21T10:00:00Z", "to": "2026-11-21T10:00:00Z"}
    assert handler(event, FakeContext()) == {"written": 0, "continue_from": None}


def test_the_function_answers_an_empty_batch():
    assert handler({"Records": []}, FakeContext()) == {"batchItemFailures": []}
