"""Bodies, headers, texts and numbers that nobody should send, and how far those go that somebody may."""

import base64
import json
from collections.abc import Callable

import pytest

from services.common.signature import TIMESTAMP_HEADER
from tests.faults.laboratory.laboratory import Laboratory
from tests.faults.price_alerts.observations import INGESTION, answered, event, queued, webhook

pytestmark = pytest.mark.fault_system("price-alerts")

# What an exchange publishes has a tenth of it.
MAX_BODY_BYTES = 65_536


def answered_in_base64(lab: Laboratory, body: bytes) -> tuple[int, str | None]:
    """Whatever the bytes are: a proxy event's text is UTF-8."""
    told = event(lab, body) | {"body": base64.b64encode(body).decode(), "isBase64Encoded": True}
    answer = lab.call(INGESTION, told).answer
    return answer["statusCode"], json.loads(answer["body"]).get("field")


@pytest.mark.fault_case(19)
@pytest.mark.parametrize(
    ("size", "status"),
    [
        (MAX_BODY_BYTES, 202),
        (MAX_BODY_BYTES + 1, 413),
        (2**20 - 1, 413),
        (2**20 + 1, 413),
        (7 * 2**20, 413),
        (11 * 2**20, 413),
    ],
)
def test_a_body_is_taken_up_to_64_kilobytes(lab: Laboratory, size: int, status: int) -> None:
    body = webhook(note="")
    padded = body.replace(b'"note": ""', b'"note": "' + b"x" * (size - len(body)) + b'"')
    assert len(padded) == size
    assert answered(lab, padded) == (status, None if status == 202 else "body")
    assert len(queued(lab)) == (status == 202)


BAD_BODIES = {
    "empty": b"",
    "null": b"null",
    "array": b"[]",
    "number": b"1",
    "cut off": webhook()[:-1],
    "two": webhook() * 2,
    "byte order mark": b"\xef\xbb\xbf" + webhook(),
    "UTF-16": webhook().decode().encode("utf-16"),
    "deep": webhook()[:-1] + b', "note": ' + b"[" * 33 + b"]" * 33 + b"}",
    "very deep": b'{"a":' * 10_000,
    "no quotes": b"{type: 'ticker'}",
    "latin-1": '{"note": "\u00e9"}'.encode("latin-1"),
}


@pytest.mark.fault_case(20)
def test_what_is_no_json_object_is_refused_and_nothing_is_queued(lab: Laboratory) -> None:
    for name, body in BAD_BODIES.items():
        assert answered_in_base64(lab, body) == (400, "body"), name
    assert not queued(lab)


@pytest.mark.fault_case(20)
def test_of_a_key_that_comes_twice_the_last_counts(lab: Laboratory) -> None:
    assert answered(lab, webhook()[:-1] + b', "price": "2"}') == (202, None)
    (one,) = queued(lab)
    assert one["price"] == "2"


@pytest.mark.fault_case(21)
def test_a_body_in_base64_is_what_it_encodes_and_one_that_is_not_is_refused(lab: Laboratory) -> None:
    body = webhook()
    told = event(lab, body) | {"body": base64.b64encode(body).decode(), "isBase64Encoded": True}
    assert lab.call(INGESTION, told).answer["statusCode"] == 202
    for text in ("*", "e30", base64.b64encode(body).decode() + "\u00e9"):
        answer = lab.call(INGESTION, told | {"body": text}).answer
        assert (answer["statusCode"], json.loads(answer["body"])["field"]) == (400, "body")
    assert len(queued(lab)) == 1


@pytest.mark.fault_case(21)
@pytest.mark.parametrize("absent", [{"headers": None}, {"multiValueHeaders": None}])
@pytest.mark.parametrize("case", [str.upper, str.lower])
def test_headers_count_in_any_case_and_from_either_map(
    lab: Laboratory, absent: dict[str, None], case: Callable[[str], str]
) -> None:
    told = event(lab, webhook())
    for name in ("headers", "multiValueHeaders"):
        told[name] = {case(header): value for header, value in told[name].items()}
    assert lab.call(INGESTION, told | absent).answer["statusCode"] == 202


@pytest.mark.fault_case(21, 25)
def test_without_any_headers_nobody_is_authentic(lab: Laboratory) -> None:
    told = event(lab, webhook()) | {"headers": None, "multiValueHeaders": None}
    for body in (told, told | {"body": None}):
        answer = lab.call(INGESTION, body).answer
        assert (answer["statusCode"], json.loads(answer["body"])["field"]) == (401, TIMESTAMP_HEADER)


ODD_SYMBOLS = (
    "BTC-E\u0301",
    "BTC-\u00c9UR",
    "\U0001f600-USD",
    "BTC-\0USD",
    "BTC-USD\n",
    "\uff22TC-USD",
    "\u0412TC-USD",
    "BTC-USD\ud800",
)


@pytest.mark.fault_case(22)
def test_a_symbol_of_other_letters_is_refused(lab: Laboratory) -> None:
    for symbol in ODD_SYMBOLS:
        # A lone surrogate is no text, neither in UTF-8 nor in an escape: then all of the body is refused.
        field = "body" if "\ud800" in symbol else "product_id"
        escaped = json.dumps(json.loads(webhook()) | {"product_id": symbol}).encode()
        assert answered_in_base64(lab, webhook(symbol=symbol)) == (400, field), ascii(symbol)
        assert answered_in_base64(lab, escaped) == (400, field), ascii(symbol)
    assert not queued(lab)


@pytest.mark.fault_case(22)
def test_text_that_nobody_reads_keeps_no_price_out_and_goes_nowhere(lab: Laboratory) -> None:
    assert answered(lab, webhook(note="e\u0301 \u00e9 \U0001f600 \0 \uffff")) == (202, None)
    odd = {"X-Correlation-Id": "\U0001f600\0"}
    assert answered(lab, webhook(), **odd) == (202, None)
    assert not [body for body in queued(lab) if not body["correlation_id"].isascii() or "note" in body]


NO_PRICES = (
    ("NaN", "body"),
    ("Infinity", "body"),
    ("-Infinity", "body"),
    ("1e400", "price"),
    ("-1", "price"),
    ("-0.000000000000000001", "price"),
    ("true", "price"),
    ("null", "price"),
    ("[1]", "price"),
    ('"NaN"', "price"),
    ('"1_000"', "price"),
    ('"1e3"', "price"),
    ('" 1"', "price"),
    ('"+1"', "price"),
    ('"-0"', "price"),
    ('"\u0661\u0662"', "price"),
    ("1" * 19, "price"),
    ("1" * 38, "price"),
    ("1" * 39, "price"),
    ("0." + "1" * 19, "price"),
    ("1" * 5000, "body"),
    ('"' + "1" * 5000 + '"', "price"),
    ("1e99999999999999999999", "body"),
)


@pytest.mark.fault_case(23)
def test_what_is_no_price_is_refused_by_name(lab: Laboratory) -> None:
    for price, field in NO_PRICES:
        body = webhook("PRICE").replace(b'"PRICE"', price.encode())
        assert answered(lab, body) == (400, field), price
    assert not queued(lab)
