"""What is published: the samples do what they say, and what is told obeys its schema."""

import json
from pathlib import Path
from typing import Any

import pytest

from services.coin_alerts.domain.ticker import parse_ticker
from services.coin_alerts.endpoint import Answer
from tests.unit.services.coin_alerts.alerts_store import ALERTS
from tests.unit.services.coin_alerts.market import Market
from tests.unit.services.transactions.draft4 import valid

ROOT = Path(__file__).parents[4]
EXAMPLES = ROOT / "examples" / "coin-alerts"
SAMPLES = [json.loads(line) for line in (EXAMPLES / "alerts.jsonl").read_text().splitlines()]
TICKER = (EXAMPLES / "ticker.json").read_bytes()
SCHEMA = json.loads((ROOT / "services" / "coin_alerts" / "schemas" / "price-alert.v1.schema.json").read_text())


@pytest.mark.requirement("CA-3")
@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample["alert"]["alertId"]["S"])
def test_the_samples_are_armed_or_refused_as_they_say(market: Market, sample: dict[str, Any]):
    market.store.put_item(TableName=ALERTS, Item=sample["alert"])
    market.settle()
    (item,) = market.store.items(ALERTS)
    assert item.get("armed_for") == sample.get("armed_for")
    assert item.get("refused", "").split(" ")[0] == sample.get("refused", "")


@pytest.mark.requirement("CA-2", "RP-2")
def test_every_published_alert_obeys_the_published_schema(market: Market):
    for sample in SAMPLES:
        market.store.put_item(TableName=ALERTS, Item=sample["alert"])
    market.settle()
    market.answers = [Answer(200, TICKER)]
    market.minute()
    market.minute(BTC="0.000000000000000001", ETH="999999999999999999.123456789123456789")
    assert sorted(market.notified()) == ["usr_5ZQ1/btc-70k", "usr_5ZQ1/btc-dip", "usr_9KX2/eth"]
    for body in market.bodies():
        assert body.keys() == set(SCHEMA["required"])
        assert valid(SCHEMA, body)


def test_the_recorded_ticker_has_prices_and_a_pair_that_is_not_traded():
    ticker = parse_ticker(TICKER, ["BTC", "ETH", "DOGE", "DELISTED"])
    assert ticker.prices.keys() == {"BTC", "ETH", "DOGE"}
    assert ticker.refused == {"DELISTED": "the price of DELISTEDUSDT is 0, so it is not traded"}


@pytest.mark.requirement("CA-3", "CA-8")
def test_an_alert_reads_well_as_an_e_mail(market: Market):
    market.store.put_item(TableName=ALERTS, Item=SAMPLES[0]["alert"])
    market.settle()
    market.answers = [Answer(200, TICKER)]
    market.minute()
    (message,) = market.sns.published
    assert message["Subject"].isascii()
    assert len(message["Subject"]) <= 100
    assert json.loads(message["Message"])["email"] == (
        "BTC is at 70112.46000000 USDT, above your threshold of 70000 USDT.\n\n"
        "Seen at 2026-11-21 10:01:00 UTC. "
        "The alert btc-70k of usr_5ZQ1 is quiet now until its terms are set again."
    )
