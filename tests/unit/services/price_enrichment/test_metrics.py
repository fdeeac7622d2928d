import statistics
from datetime import timedelta
from decimal import Context, Decimal, localcontext
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.price_enrichment.domain.metrics import Enrichment, enrichments
from services.price_enrichment.domain.price import Price
from services.price_enrichment.domain.series import LONGEST_WINDOW, PricePoint, Window
from tests.unit.services.fakes import START
from tests.unit.services.price_enrichment import reference

pytestmark = pytest.mark.requirement("PE-2")

PRICES = st.decimals(min_value="0.000000000000000001", max_value="999999999999999999", places=18)
NEAR = st.decimals(min_value=60_000, max_value=61_000, places=2)


def series(*prices: str | Decimal, seconds: float = 1) -> list[PricePoint]:
    points: list[PricePoint] = []
    for number, value in enumerate(prices):
        price = Price("BTC-USD", "kraken", Decimal(value), START + timedelta(seconds=number * seconds))
        points.append(PricePoint(price.timestamp, price.price))
    return points


def last(points: list[PricePoint]) -> Enrichment:
    (enrichment,) = enrichments(points, len(points) - 1)
    return enrichment


def agrees(points: list[PricePoint], least_volatility: float = 1e-15) -> None:
    expected = reference.metrics(points)
    found = last(points).metrics
    assert found.keys() == expected.keys()
    for name, value in found.items():
        tolerance = {"abs": least_volatility} if name.startswith("volatility") else {}
        if name.startswith("annualised"):
            tolerance = {"abs": least_volatility * 1e7}
        assert float(value) == pytest.approx(expected[name], rel=1e-8, **tolerance)


@settings(deadline=None)
@given(st.lists(NEAR, min_size=1, max_size=60), st.integers(1, 10**9))
def test_metrics_of_a_market_agree_with_their_formulas(prices: list[Decimal], micros: int):
    agrees(series(*prices, seconds=micros / 10**6))


@settings(deadline=None)
@given(st.lists(PRICES, min_size=1, max_size=60))
def test_metrics_of_any_prices_agree_with_their_formulas(prices: list[Decimal]):
    agrees(series(*prices))


def test_a_simple_average_is_exact_and_waits_for_its_window():
    assert "sma_5" not in last(series("1", "2", "3", "4")).metrics
    assert last(series("100", "0.1", "0.2", "0.3", "0.4", "0.5")).metrics["sma_5"] == Decimal("0.3")


def test_an_exponential_average_starts_at_the_first_price_and_weighs_the_last_most():
    assert last(series("7")).metrics["ema_5"] == Decimal(7)
    # Weights 1, 2/3 and 4/9 for span 5; in ninths, 9, 6 and 4.
    assert last(series("38", "19", "19")).metrics["ema_5"] == Decimal(9 * 19 + 6 * 19 + 4 * 38) / (9 + 6 + 4)


def test_volatility_is_the_sample_deviation_of_log_returns_and_waits_for_its_returns():
    prices = ["100", "110", "99", "120", "80", "81"]
    assert "volatility_5" not in last(series(*prices[:5])).metrics
    metrics = last(series(*prices, seconds=60)).metrics
    returns = [(Decimal(later) / Decimal(earlier)).ln() for earlier, later in pairwise(prices)]
    assert float(metrics["volatility_5"]) == pytest.approx(statistics.stdev(map(float, returns)), rel=1e-12)
    # A return a minute: 525,600 of them make a year of 365 days.
    assert metrics["annualised_volatility_5"] / metrics["volatility_5"] == pytest.approx(
        Decimal(525_600).sqrt(), rel=Decimal("1e-20")
    )


def test_constant_prices_and_constant_growth_have_no_volatility():
    assert last(series(*["0.1"] * 30)).metrics["volatility_20"] == 0
    doubling = last(series(*[str(3**exponent) for exponent in range(30)])).metrics
    assert (doubling["volatility_20"], doubling["annualised_volatility_20"]) == (0, 0)


def test_prices_of_one_instant_have_no_annualised_volatility():
    points = sorted(series(*[str(number) for number in range(1, 9)], seconds=0), key=lambda point: point.timestamp)
    metrics = last(points).metrics
    assert "volatility_5" in metrics
    assert "annualised_volatility_5" not in metrics


def test_prices_that_differ_in_their_last_digit_alone_have_a_volatility():
    metrics = last(series(*["999999999999999999.999999999999999998", "999999999999999999.999999999999999999"] * 3))
    assert 0 < metrics.metrics["volatility_5"] < Decimal("1e-34")


def test_no_metric_has_more_digits_than_dynamodb_keeps():
    metrics = last(series(*[str(Decimal(n) / 7)[:20] for n in range(1, 60)])).metrics
    assert all(len(value.as_tuple().digits) <= 34 for value in metrics.values())


@pytest.mark.requirement("PE-9")
def test_metrics_know_the_last_200_prices_and_no_older_one():
    points = series(*[str(number % 17 + 1) for number in range(LONGEST_WINDOW + 2)])
    enrichment = last(points)
    assert enrichment.window == Window(LONGEST_WINDOW, points[2].timestamp)
    assert enrichment == last(points[2:])
    assert enrichment.metrics["ema_20"] != last(points[3:]).metrics["ema_20"]


@pytest.mark.requirement("PE-9")
def test_truncation_to_200_prices_changes_an_average_by_less_than_a_hundred_millionth():
    points = series(*[str(60_000 + number * 37 % 1000) for number in range(500)])
    whole, alpha = Decimal(0), Decimal(2) / 21
    for point in points:
        whole = point.price if not whole else whole * (1 - alpha) + point.price * alpha
    assert abs(last(points).metrics["ema_20"] / whole - 1) < Decimal("1e-8")


@pytest.mark.requirement("PE-9")
def test_metrics_are_the_same_wherever_the_computation_starts():
    points = series(*[str(number * 37 % 1000 + 1) for number in range(230)])
    whole = enrichments(points, 0)
    for first in (1, 4, 5, 20, 21, 22, 199, 200, 229):
        assert enrichments(points, first) == whole[first:]


def test_the_threads_own_context_makes_no_difference():
    points = series(*[str(number * 37 % 1000 + 1) for number in range(60)])
    with localcontext(Context(prec=3)):
        careless = last(points)
    assert careless == last(points)
