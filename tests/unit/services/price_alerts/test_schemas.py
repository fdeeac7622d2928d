import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.common.exchange_credentials import parse_credentials
from services.common.invalid_input import InvalidInputError
from services.common.json_body import json_text, parse_object
from services.price_alerts.domain.webhook import EXCHANGES, generic_ticks
from tests.unit.services.fakes import START
from tests.unit.services.price_alerts.pipeline import SECRETS, Pipeline
from tests.unit.services.price_alerts.samples import EXAMPLES, PAYLOADS, ROOT
from tests.unit.services.transactions.draft4 import valid

SCHEMAS = ROOT / "services" / "price_alerts" / "schemas"
LINES = (EXAMPLES / "webhooks.jsonl").read_text(encoding="utf-8").splitlines()
WEBHOOKS: list[dict[str, Any]] = [json.loads(line, parse_float=Decimal) for line in LINES]
GENERIC = {"exchange": "gemini", "symbol": "BTC-USD", "price": "1", "timestamp": "2026-11-21T10:00:00Z"}


def schema(name: str) -> dict[str, Any]:
    return json.loads((SCHEMAS / f"{name}.schema.json").read_text())


def model(exchange: str) -> dict[str, Any]:
    return schema(f"{exchange}-webhook" if exchange else "webhook")


def exchange_of(line: dict[str, Any]) -> str:
    return line.get("path", "/webhook").removeprefix("/webhook").removeprefix("/")


def handled(exchange: str, body: dict[str, Any]) -> bool:
    try:
        EXCHANGES.get(exchange, generic_ticks)(parse_object(json_text(body).encode()), START)
    except InvalidInputError:
        return False
    return True


@pytest.mark.requirement("PA-5")
def test_the_generic_model_requires_exchange_symbol_and_price():
    assert set(model("")["required"]) == {"exchange", "symbol", "price"}


@pytest.mark.requirement("PA-5")
@pytest.mark.parametrize("exchange", EXCHANGES)
def test_each_exchange_has_a_model_that_its_own_payload_fits(exchange: str):
    assert valid(model(exchange), PAYLOADS[exchange])
    assert [name for name in EXCHANGES if valid(model(name), PAYLOADS[exchange])] == [exchange]


VALUES = (
    st.none()
    | st.booleans()
    | st.integers(-5, 5)
    | st.text(max_size=4)
    | st.sampled_from(["0.10", "1e3", 0.5, "ETH/USD", "2026-11-21T09:59:00Z", "x" * 33, [], {}, 1_795_255_198_933])
    | st.sampled_from(["1795255198649000", "live_trades_", "live_trades_ethusd", "ticker", "10", [{}], [1]])
)
LEAVES = ["symbol", "last", "timestamp", "price", "price_str", "microtimestamp"]


@pytest.mark.requirement("ALL-7")
@pytest.mark.parametrize("exchange", ["", *EXCHANGES])
@given(data=st.data())
def test_what_the_api_refuses_the_function_refuses_too(exchange: str, data: st.DataObject):
    whole = PAYLOADS.get(exchange, GENERIC)
    body = whole | data.draw(st.dictionaries(st.sampled_from(list(model(exchange)["properties"])), VALUES))
    change = data.draw(st.dictionaries(st.sampled_from(LEAVES), VALUES))
    inner = whole.get("data")
    if isinstance(inner, list) and body["data"] == inner:
        body["data"] = [inner[0] | change]
    elif isinstance(inner, dict) and body["data"] == inner:
        body["data"] = inner | change
    if handled(exchange, body):
        assert valid(model(exchange), body)


@pytest.mark.requirement("ALL-7", "PA-5")
@pytest.mark.parametrize("line", WEBHOOKS, ids=lambda line: f"{line.get('path', '')} {line['expect']}")
def test_the_models_refuse_exactly_the_samples_that_expect_a_400(line: dict[str, Any]):
    exchange = exchange_of(line)
    assert valid(model(exchange), line["body"]) == handled(exchange, line["body"]) == (line["expect"] != 400)


@pytest.mark.requirement("PA-5", "ALL-13")
def test_the_samples_get_the_answers_they_expect(pipeline: Pipeline):
    assert {exchange_of(line) for line in WEBHOOKS} == {"", *EXCHANGES}
    for line in WEBHOOKS:
        secret = SECRETS[line["signer"]] if line.get("signed", True) else "wrong"
        assert pipeline.post(line["body"], exchange_of(line), secret).status == line["expect"], line


@pytest.mark.requirement("PA-8")
def test_the_sample_of_the_credentials_has_those_of_every_signer():
    credentials = parse_credentials((EXAMPLES / "exchange-credentials.sample").read_text())
    assert credentials.exchanges.keys() >= {line["signer"] for line in WEBHOOKS} | EXCHANGES.keys()


@pytest.mark.requirement("PA-4", "RP-2")
@pytest.mark.parametrize("threshold", ["0", "0.000000000000000001", "999999999999999999"])
def test_every_alert_obeys_the_published_schema(pipeline: Pipeline, threshold: str):
    for direction in ("above", "below"):
        pipeline.rules.add("user@example.com", "1000SATS-FDUSD", direction, threshold)
    pipeline.tick(threshold, symbol="1000SATS-FDUSD")
    above, below = pipeline.alerts()
    for alert in (above, below):
        assert alert.keys() == set(schema("price-alert.v1")["required"])
        assert valid(schema("price-alert.v1"), alert)
        assert (alert["threshold"], alert["price"]) == (threshold, threshold)
    assert {len(message["Subject"]) <= 100 for message in pipeline.sns.published} == {True}
