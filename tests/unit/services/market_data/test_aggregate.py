import statistics
from decimal import Decimal, localcontext
from fractions import Fraction
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.market_data.domain.aggregate import Aggregate, joined, summarise
from services.market_data.domain.tick import Tick
from services.market_data.domain.window import LENGTHS, SECONDS, places_in, start_of, window_of

AMOUNTS = st.decimals(0, 10**18 - 1, allow_nan=False, allow_infinity=False, places=18)
PRICES = st.decimals(0, 10**9, allow_nan=False, allow_infinity=False, places=8) | AMOUNTS


@st.composite
def trades(draw: st.DrawFn) -> list[Tick]:
    pairs = draw(st.lists(st.tuples(PRICES, PRICES), min_size=1, max_size=30))
    return [Tick("A", place, price, size) for place, (price, size) in enumerate(pairs)]


def summed(ticks: list[Tick]) -> Aggregate:
    aggregate = summarise(ticks)
    assert aggregate is not None
    return aggregate


@pytest.mark.requirement("MD-7", "ALL-15")
@given(trades())
def test_an_aggregate_is_what_exact_arithmetic_makes_of_the_trades(ticks: list[Tick]):
    aggregate = summed(ticks)
    prices = [tick.price for tick in ticks]
    assert (aggregate.open, aggregate.close) == (prices[0], prices[-1])
    assert (aggregate.high, aggregate.low, aggregate.count) == (max(prices), min(prices), len(prices))
    assert Fraction(aggregate.volume) == sum(Fraction(tick.size) for tick in ticks)
    assert Fraction(aggregate.turnover) == sum(Fraction(tick.price) * Fraction(tick.size) for tick in ticks)


@pytest.mark.fault_case(24)
@pytest.mark.fault_system("market-data")
def test_ten_thousand_random_trades_sum_exactly():
    random = Random(24)  # noqa: S311  # trades, no secrets

    def amount() -> Decimal:
        return Decimal(random.randrange(10**36)).scaleb(-18)

    ticks = [Tick("A", place, amount(), amount()) for place in range(10_000)]
    aggregate = summed(ticks)
    assert Fraction(aggregate.volume) == sum(Fraction(one.size) for one in ticks)
    assert Fraction(aggregate.turnover) == sum(Fraction(one.size) * Fraction(one.price) for one in ticks)


@pytest.mark.requirement("MD-7", "ALL-15")
@given(trades())
def test_the_vwap_is_the_weighted_mean_rounded_half_to_even_at_18_places(ticks: list[Tick]):
    vwap = summed(ticks).vwap
    weights = [Fraction(tick.size) for tick in ticks]
    if not any(weights):
        assert vwap is None
        return
    assert vwap is not None
    exact = sum(Fraction(t.price) * Fraction(t.size) for t in ticks) / sum(weights)
    # Python rounds fractions half to even.
    assert Fraction(vwap) == Fraction(round(exact * 10**18), 10**18)


@pytest.mark.requirement("MD-7")
def test_the_vwap_agrees_with_the_statistics_module():
    ticks = [Tick("A", n, Decimal(price), Decimal(size)) for n, (price, size) in enumerate([(10, 1), (11, 2), (15, 5)])]
    assert float(summed(ticks).vwap or 0) == statistics.fmean([10, 11, 15], weights=[1, 2, 5])


@pytest.mark.requirement("MD-7", "ALL-15")
def test_the_surrounding_context_rounds_nothing():
    with localcontext() as context:
        context.prec = 3
        aggregate = summed([Tick("A", n, Decimal("1.000000000000000001"), Decimal("0.1")) for n in range(3)])
    assert (str(aggregate.turnover), str(aggregate.vwap)) == ("0.3000000000000000003", "1.000000000000000001")


def test_no_trades_make_no_aggregate():
    assert summarise([]) is None


@pytest.mark.requirement("MD-7")
@given(trades(), st.data())
def test_two_stretches_joined_are_the_whole(ticks: list[Tick], data: st.DataObject):
    cut = data.draw(st.integers(0, len(ticks)))
    parts = [part for part in (summarise(ticks[:cut]), summarise(ticks[cut:])) if part]
    assert (joined(*parts) if len(parts) == 2 else parts[0]) == summed(ticks)


@pytest.mark.requirement("MD-7")
@given(st.integers(0, 10**16 - 1))
def test_each_instant_is_in_one_window_and_its_places_are_the_window_s(instant: int):
    window = window_of(instant)
    first, last = places_in(window)
    assert window % SECONDS == 0
    assert first <= instant * 10**22 <= last
    assert places_in(window + SECONDS)[0] == last + 1


@pytest.mark.parametrize("length", LENGTHS.values())
def test_longer_windows_are_made_of_whole_five_minute_ones_and_begin_at_midnight(length: int):
    assert length % SECONDS == 0
    assert start_of(1_763_683_200, length) == 1_763_683_200
