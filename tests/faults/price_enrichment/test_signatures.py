"""Signatures that are missing, wrong, old or of another secret."""

import base64
import json
from typing import Any

import pytest

from services.common.signature import SIGNATURE_HEADER
from tests.faults.laboratory.laboratory import laboratory
from tests.faults.price_enrichment.prices import WEBHOOK, Prices
from tests.faults.scenarios.price_enrichment import PriceEnrichment

pytestmark = pytest.mark.fault_system("price-enrichment")


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
