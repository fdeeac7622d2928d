"""Metrics are exact, whatever comes late, twice or not at all."""

import json
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from random import Random
from typing import Any

import pytest

from tests.faults.price_enrichment.prices import Prices, at

pytestmark = pytest.mark.fault_system("price-enrichment")

SYMBOLS = ("BTC-USD", "ETH-USD")


def lasting(item: Mapping[str, Any]) -> dict[str, Any]:
    """What is equal in two series of one course."""
    return {name: item[name] for name in ("timestamp", "price", "metrics", "window_size", "window_start")}


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
