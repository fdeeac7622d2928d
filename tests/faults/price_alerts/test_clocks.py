"""Clocks that are wrong, and instants of other units and forms."""

import json

import pytest

from services.common.signature import TIMESTAMP_HEADER
from tests.faults.laboratory.laboratory import Laboratory, laboratory
from tests.faults.price_alerts.observations import INGESTION, answered, event, queued, webhook
from tests.faults.scenarios.price_alerts import PriceAlerts

pytestmark = pytest.mark.fault_system("price-alerts")


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
