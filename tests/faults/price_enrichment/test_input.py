"""Bodies, headers, texts and numbers that nobody should send, and how far those go that somebody may."""

import base64
import json
from decimal import Decimal

import pytest

from tests.faults.price_enrichment.prices import WEBHOOK, Prices
from tests.faults.scenarios.price_enrichment import SECRETS

pytestmark = pytest.mark.fault_system("price-enrichment")

MAX_BODY_BYTES = 65_536


@pytest.mark.fault_case(19)
@pytest.mark.parametrize("size", [MAX_BODY_BYTES, MAX_BODY_BYTES + 1, 2**20 - 1, 2**20 + 1, 7 * 2**20, 11 * 2**20])
def test_a_body_is_stored_up_to_its_largest_size_and_refused_beyond(prices: Prices, size: int) -> None:
    short = json.dumps(WEBHOOK | {"note": ""}).encode()
    body = json.dumps(WEBHOOK | {"note": "x" * (size - len(short))}).encode()
    assert len(body) == size
    fits = size <= MAX_BODY_BYTES
    assert prices.process(prices.event(body)) == ("stored" if fits else "InvalidInputError")
    assert len(prices.stored()) == fits


@pytest.mark.fault_case(20)
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b'"text"',
        b"\xef\xbb\xbf" + json.dumps(WEBHOOK).encode(),
        b"\xff\xfe{}",
        json.dumps(WEBHOOK).encode()[:-1] + b', "note": ' + b"[" * 10_000 + b"]" * 10_000 + b"}",
        json.dumps(WEBHOOK).encode()[:-1] + b', "note": ' + b"[" * 33 + b"]" * 33 + b"}",
        b"{}",
    ],
)
def test_a_body_that_is_no_object_of_a_price_is_refused_by_field(prices: Prices, body: bytes) -> None:
    result = prices.lab.call("webhook-processor", prices.event(body))
    assert type(result.error).__name__ == "InvalidInputError"
    assert str(result.error).startswith(("body is", "symbol is missing", "exchange is missing"))
    assert prices.stored() == []


@pytest.mark.fault_case(20)
def test_of_a_key_that_is_repeated_the_last_one_counts_whoever_it_names(prices: Prices) -> None:
    twice = json.dumps(WEBHOOK).encode()[:-1] + b', "price": "7"}'
    assert prices.process(prices.event(twice)) == "stored"
    assert prices.stored() == [("BTC-USD", Decimal(7))]
    # Kraken signs, and speaks for itself first and for another in the end.
    foreign = json.dumps(WEBHOOK).encode()[:-1] + b', "exchange": "coinbase"}'
    assert prices.process(prices.event(foreign)) == "refused"


@pytest.mark.fault_case(21)
def test_headers_and_body_are_read_however_they_are_written(prices: Prices) -> None:
    event = prices.event()
    small = {name.lower(): value for name, value in event["headers"].items()}
    text = base64.b64decode(event["body"]).decode()
    assert prices.process(event | {"headers": small}) == "stored"
    assert prices.process(event | {"body": text, "isBase64Encoded": False}) == "stored"
    multiple = {"headers": None, "multiValueHeaders": {name: [value] for name, value in event["headers"].items()}}
    assert prices.process(event | multiple) == "stored"
    assert prices.process(event | {"headers": None}) == "refused"
    assert prices.process(event | {"headers": dict.fromkeys(event["headers"])}) == "refused"
    assert prices.process(event | {"body": "%%%"}) == "InvalidInputError"
    assert prices.process(event | {"body": None}) == "refused"
    assert len(prices.stored()) == 1


@pytest.mark.fault_case(22)
@pytest.mark.parametrize("field", ["symbol", "exchange"])
@pytest.mark.parametrize(
    "text",
    # The last two are ASCII in the other case.
    ["BTC-\u00dcSD", "BTC-U\u0308SD", "\U0001f600-USD", "BTC\0-USD", "\u0412TC-USD", "BTC-U\u017fD", "\u212araken"],
)
def test_names_of_other_characters_are_refused(prices: Prices, field: str, text: str) -> None:
    event = prices.scenario.event(prices.lab, WEBHOOK | {field: text}, SECRETS["kraken"])
    assert prices.process(event) == "InvalidInputError"
    assert prices.stored() == []


@pytest.mark.fault_case(22)
def test_a_lone_surrogate_is_no_json_and_other_text_beside_the_price_does_no_harm(prices: Prices) -> None:
    lone = json.dumps(WEBHOOK).encode()[:-1] + rb', "note": "\ud800"}'
    assert prices.process(prices.event(lone)) == "InvalidInputError"
    assert prices.process(prices.event(WEBHOOK | {"note": "\U0001f600 \0 e\u0301", "\u00e9": 1})) == "stored"


@pytest.mark.fault_case(23)
@pytest.mark.parametrize(
    "price",
    [
        "NaN", "Infinity", "-Infinity", "1e400", "-1", "-0", "0", "true", "null", '"NaN"', '"Infinity"', '"1_000"',
        '"\\u0661\\u0662"', '"-0"', '"1e3"', '" 1"', '""', '"1."', "9" * 38, "9" * 39, "9" * 5_000,
        f'"{"9" * 5_000}"', "1e-19", "1e18", "[1]", "{}", "1" + "0" * 4_999 + ".5",
    ],
)  # fmt: skip
def test_what_is_no_price_is_refused(prices: Prices, price: str) -> None:
    body = json.dumps(WEBHOOK | {"price": "PRICE"}).replace('"PRICE"', price).encode()
    result = prices.lab.call("webhook-processor", prices.event(body))
    assert type(result.error).__name__ == "InvalidInputError"
    assert len(str(result.error)) < 300
    assert prices.stored() == []
