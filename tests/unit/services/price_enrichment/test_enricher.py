import random
from unittest import mock

import pytest
from botocore.exceptions import ClientError
from hypothesis import given, settings
from hypothesis import strategies as st

from services.common.workers import Workers
from services.price_enrichment import series_table
from services.price_enrichment.domain import series as domain_series
from services.price_enrichment.domain.series import LONGEST_WINDOW
from services.price_enrichment.enricher import Enricher
from tests.unit.services.fakes import THROTTLED
from tests.unit.services.price_enrichment.series import Series, Unhurried, expected, price

pytestmark = pytest.mark.requirement("PE-9", "ALL-14")

# Windows of six prices show on few prices what windows of 200 do on many.
SHORT = 6


def short_windows() -> mock._patch_dict:  # pyright: ignore[reportPrivateUsage]
    """Every place that knows the length."""
    return mock.patch.multiple(series_table, LONGEST_WINDOW=SHORT)


@settings(deadline=None)
@given(st.lists(st.integers(0, 24), min_size=1, max_size=40), st.randoms())
def test_order_copies_and_lateness_make_no_difference(numbers: list[int], chance: random.Random):
    """Each price is put, and some time later enriched, once or several times, among others in one batch."""
    series, awaited = Series(), []
    with short_windows(), mock.patch.object(domain_series, "LONGEST_WINDOW", SHORT):
        for number in numbers:
            series.put(price(number))
            awaited.append(price(number))
            if chance.random() < 0.5:
                chance.shuffle(awaited)
                batch = [awaited.pop() for _ in range(chance.randint(1, len(awaited)))]
                series.enrich(*batch, *chance.sample(batch, 1))
        series.enrich(*awaited)
        assert series.stored() == expected([price(number) for number in numbers])


@settings(deadline=None)
@given(st.lists(st.integers(0, 16), min_size=1, max_size=14, unique=True), st.randoms())
def test_workers_that_were_stopped_between_reading_and_writing_do_no_harm(numbers: list[int], chance: random.Random):
    """Any number of workers, each at its own place between what it has read and what it will write."""
    series = Series()
    with short_windows(), mock.patch.object(domain_series, "LONGEST_WINDOW", SHORT):
        to_put, to_read = [price(number) for number in numbers], []
        stopped: list[Unhurried] = []
        while to_put or to_read or stopped:
            step = chance.choice([kind for kind in (to_put, to_read, stopped) if kind])
            if step is to_put:
                series.put(to_put[-1])
                to_read.append(to_put.pop())
            elif step is to_read:
                worker = Unhurried(series)
                Enricher(worker, Workers(1)).enrich("BTC-USD", [to_read.pop().timestamp], lambda: True)
                stopped.append(worker)
            else:
                for enrichment in stopped.pop(chance.randrange(len(stopped))).kept:
                    series.table.write("BTC-USD", enrichment)
        assert series.stored() == expected([price(number) for number in numbers])


def test_a_late_price_changes_itself_and_the_199_after_it():
    series, late = Series(), 10
    prices = [price(number) for number in range(300) if number != late]
    series.put(*prices)
    assert series.enrich(*prices) == 299
    series.put(price(late))
    series.dynamodb.read = 0
    assert series.enrich(price(late)) == LONGEST_WINDOW
    assert series.dynamodb.read <= 2 * LONGEST_WINDOW
    assert series.stored() == expected([*prices, price(late)])


def test_a_copy_of_an_event_writes_nothing():
    series, prices = Series(), [price(number) for number in range(30)]
    series.put(*prices)
    assert series.enrich(*prices) == 30
    before = series.dynamodb.calls["update_item"]
    assert series.enrich(*prices) == 0
    assert series.dynamodb.calls["update_item"] == before


def test_a_batch_reads_its_window_once():
    series, prices = Series(), [price(number) for number in range(450)]
    series.put(*prices[:400])
    series.enrich(*prices[:400])
    series.put(*prices[400:])
    series.dynamodb.read = 0
    series.dynamodb.calls["query"] = 0
    assert series.enrich(*prices[400:]) == 50
    assert series.dynamodb.read == 50 + LONGEST_WINDOW - 1
    assert series.dynamodb.calls["query"] == 2


def test_new_prices_far_from_each_other_do_not_read_what_lies_between_them():
    series, prices = Series(), [price(number) for number in range(1_200)]
    series.put(*prices)
    series.enrich(prices[0], prices[1_199])
    assert series.dynamodb.read == LONGEST_WINDOW + 1 + LONGEST_WINDOW - 1
    assert [number for number, item in enumerate(series.stored()) if item["metrics"]] == [*range(200), 1_199]


def test_two_exchanges_of_one_instant_are_two_prices_of_the_series():
    series, prices = Series(), [price(1), price(1, "coinbase"), price(2)]
    series.put(*prices)
    series.enrich(*prices)
    assert series.stored() == expected(prices)
    assert [item["window_size"] for item in series.stored()] == [1, 2, 3]


def test_what_is_no_price_has_no_part_in_the_series():
    series, prices = Series(), [price(1), price(3)]
    series.put(*prices)
    for number, found in (
        (2, {}),
        (4, {"price": {"S": "60000"}}),
        (5, {"price": {"N": "0"}}),
        (6, {"price": {"N": "-1"}}),
    ):
        key = {"symbol": {"S": "BTC-USD"}, "timestamp": {"N": f"{price(number).timestamp:f}"}}
        series.dynamodb.put_item(TableName="", Item=key | found, ConditionExpression="attribute_not_exists(symbol)")
    series.enrich(*prices)
    assert [item["window_size"] for item in series.stored()] == [1, None, 2, None, None, None]


@pytest.mark.requirement("PE-8")
def test_a_price_that_is_gone_does_not_come_back_as_metrics_alone():
    series, worker = Series(), None
    series.put(price(1), price(2))
    worker = Unhurried(series)
    Enricher(worker, Workers(1)).enrich("BTC-USD", [price(1).timestamp], lambda: True)
    series.dynamodb.stored.clear()
    assert [series.table.write("BTC-USD", enrichment) for enrichment in worker.kept] == [False, False]
    assert series.dynamodb.stored == {}
    assert series.enrich(price(1)) == 0


def test_another_error_is_raised():
    series = Series()
    series.put(price(1))
    series.dynamodb.fail("update_item", THROTTLED)
    with pytest.raises(ClientError):
        series.enrich(price(1))
    assert series.enrich(price(1)) == 1
