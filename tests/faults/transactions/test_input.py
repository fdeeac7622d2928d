"""Bodies, headers, texts and numbers that nobody should send, and how far those go that somebody may."""

import base64
import json

import pytest

from services.common.signature import SIGNATURE_HEADER, TIMESTAMP_HEADER, sign
from services.transactions.system import payments
from tests.faults.laboratory.laboratory import Laboratory
from tests.faults.scenarios.proxy_event import proxy_event
from tests.faults.scenarios.transactions import SECRET
from tests.faults.transactions.webhooks import VALIDATOR, WEBHOOK, post, refused, stored, with_amount

pytestmark = pytest.mark.fault_system("transactions")


@pytest.mark.fault_case(19)
@pytest.mark.parametrize("size", [200_001, 1_000_000 - 1, 1_000_000, 1_000_001, 7_000_000, 11_000_000])
def test_a_body_that_no_message_could_hold_is_413(lab: Laboratory, size: int) -> None:
    empty = len(json.dumps(WEBHOOK | {"note": ""}).encode())
    raw = json.dumps(WEBHOOK | {"note": "x" * (size - empty)}).encode()
    assert len(raw) == size
    refused(lab, 413, "body", raw)


@pytest.mark.fault_case(19)
def test_the_largest_body_passes_and_arrives_whole(lab: Laboratory) -> None:
    raw = json.dumps(WEBHOOK | {"note": "x" * 199_800}).encode()
    assert post(lab, raw)["statusCode"] == 202
    lab.settle()
    (message,) = lab.messages(payments)
    assert json.loads(message["Body"])["payload"] == json.loads(raw)


@pytest.mark.fault_case(20)
@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"null",
        b"[]",
        b'"text"',
        b"{",
        b'{"event_id": ',
        json.dumps([WEBHOOK]).encode(),
        json.dumps(WEBHOOK).encode() + b"}",
        b"\xef\xbb\xbf" + json.dumps(WEBHOOK).encode(),
        b'{"a":' * 40 + b"1" + b"}" * 40,
        b"[" * 100_000,
    ],
    ids=lambda raw: repr(raw[:20]),
)
def test_a_body_that_is_no_json_object_is_refused(lab: Laboratory, raw: bytes) -> None:
    refused(lab, 400, "body", raw)


@pytest.mark.fault_case(20)
def test_of_a_key_that_comes_twice_the_last_counts_for_all(lab: Laboratory) -> None:
    raw = json.dumps(WEBHOOK).encode().replace(b'"amount": "10.50"', b'"amount": "1", "amount": "2"')
    assert post(lab, raw)["statusCode"] == 202
    assert post(lab, WEBHOOK | {"amount": "2"})["statusCode"] == 200
    assert stored(lab)[0]["amount"] == {"N": "2"}


@pytest.mark.fault_case(21)
def test_base64_null_headers_and_other_letter_case_change_nothing(lab: Laboratory) -> None:
    now = lab.clock.now()
    stamp, raw = str(int(now.timestamp())), json.dumps(WEBHOOK).encode()
    signed = {TIMESTAMP_HEADER.upper(): stamp, SIGNATURE_HEADER.lower(): sign(SECRET.encode(), stamp, raw)}
    event = proxy_event("POST", "/webhook", raw, signed, now)
    encoded = event | {"body": base64.b64encode(raw).decode(), "isBase64Encoded": True, "multiValueHeaders": None}
    assert lab.call(VALIDATOR, encoded).answer["statusCode"] == 202
    again = event | {"headers": None, "requestContext": {"requestId": "another"}}
    assert lab.call(VALIDATOR, again).answer["statusCode"] == 200
    nothing = event | {"headers": None, "multiValueHeaders": None}
    assert lab.call(VALIDATOR, nothing).answer["statusCode"] == 401
    assert lab.call(VALIDATOR, event | {"body": None}).answer["statusCode"] == 401
    assert lab.call(VALIDATOR, event | {"body": "%%%", "isBase64Encoded": True}).answer["statusCode"] == 400


@pytest.mark.fault_case(22)
def test_text_arrives_as_it_was_sent_and_two_writings_stay_two(lab: Laboratory) -> None:
    note = "é e\u0301 👩‍💻 \u0000 \ufffe \u202e"
    assert post(lab, WEBHOOK | {"note": note})["statusCode"] == 202
    assert post(lab, WEBHOOK | {"note": note.replace("é", "e\u0301")})["statusCode"] == 409
    lab.settle()
    (message,) = lab.messages(payments)
    assert json.loads(message["Body"])["payload"]["note"] == note


@pytest.mark.fault_case(22)
@pytest.mark.parametrize("name", ["évt", "e\u0301vt", "👩‍💻", "\u0000", "evt 1", "evt\u2028"])
def test_an_id_is_plain_ascii(lab: Laboratory, name: str) -> None:
    refused(lab, 400, "event_id", WEBHOOK | {"event_id": name})


@pytest.mark.fault_case(22)
@pytest.mark.parametrize("raw", [rb'{"event_id": "\ud800"}', b'{"event_id": "\xed\xa0\x80"}', b'{"event_id": "\xff"}'])
def test_a_lone_surrogate_is_refused(lab: Laboratory, raw: bytes) -> None:
    answer = post(lab, raw)
    assert answer["statusCode"] in (400, 401)
    assert not stored(lab)


@pytest.mark.fault_case(23)
@pytest.mark.parametrize(
    "text",
    ["NaN", "Infinity", "-Infinity", "1e400", "true", '"1_000"', '"١٢"', '"1e3"', '" 1"', "-1", '"-0"', "null", "[]",
     "1" * 38, "1" * 39, "1" * 5_000, f"0.{'1' * 38}", '"NaN"', '""'],
    ids=lambda text: text[:12],
)  # fmt: skip
def test_what_is_no_amount_is_refused(lab: Laboratory, text: str) -> None:
    answer = post(lab, with_amount(text))
    assert (answer["statusCode"], answer["body"]["field"] in ("amount", "body")) == (400, True)
    assert not stored(lab)
