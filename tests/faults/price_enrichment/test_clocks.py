"""Clocks that are wrong, and instants of other units and forms."""

import json

import pytest

from services.common.signature import SIGNATURE_HEADER, TIMESTAMP_HEADER, sign
from tests.faults.price_enrichment.prices import WEBHOOK, Prices
from tests.faults.scenarios.price_enrichment import SECRETS

pytestmark = pytest.mark.fault_system("price-enrichment")


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
