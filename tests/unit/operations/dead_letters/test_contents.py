"""A letter's body is unpacked, so that it can be read and its secrets masked."""

import base64
import gzip
import json
import time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from operations.dead_letters.contents import MOST_LEVELS, TOO_DEEP, contents, correlation_id
from operations.dead_letters.masking import MASK, Masking, secrets_in

SECRET = "f3a9c0d17be2"


def test_json_within_json_is_read_and_numbers_keep_their_digits() -> None:
    inner = json.dumps({"price": "0.10", "correlation_id": "c-1"})
    found = contents(f'{{"amount": 0.10, "inner": {json.dumps(inner)}, "list": ["[1]", "text"]}}')
    assert found == {"amount": Decimal("0.10"), "inner": json.loads(inner), "list": [[1], "text"]}
    assert str(found["amount"]) == "0.10"
    assert correlation_id(found) == "c-1"


@pytest.mark.parametrize("text", ["plain text", "{broken", "[" * 100_000, '{"n": 1e999999999999999999999}', ""])
def test_what_is_no_json_stays_text(text: str) -> None:
    assert contents(text) == text


@pytest.mark.parametrize("levels", [600, 900])
@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ('{"a":', "}")])
def test_what_is_nested_without_end_is_shown_as_far_as_anybody_would_read_it(
    levels: int, opening: str, closing: str
) -> None:
    found = contents(opening * levels + '"text"' + closing * levels)
    assert correlation_id(found) == ""
    shown = json.dumps(Masking().content(found))
    assert shown.count(opening[0]) == MOST_LEVELS
    assert TOO_DEEP in shown


def test_json_within_json_without_end_ends_as_well() -> None:
    inner = '"text"'
    for _ in range(12):
        inner = json.dumps([inner])
    assert contents(json.dumps(["[" * 600 + "]" * 600, inner]))[0][0]


def test_an_api_requests_body_and_cloudwatchs_log_events_are_opened() -> None:
    request = {"isBase64Encoded": True, "body": base64.b64encode(b'{"symbol": "BTC"}').decode()}
    assert contents(json.dumps(request)) == {"isBase64Encoded": False, "body": {"symbol": "BTC"}}
    events = {"logEvents": [{"message": "it failed"}]}
    packed = base64.b64encode(gzip.compress(json.dumps(events).encode())).decode()
    assert contents(json.dumps({"awslogs": {"data": packed}})) == {"awslogs": {"data": events}}


@pytest.mark.parametrize(
    "packed",
    [
        {"isBase64Encoded": True, "body": "no base64!"},
        {"isBase64Encoded": True, "body": base64.b64encode(b"\xff").decode()},
        {"data": "bm8gZ3ppcA=="},
        {"data": base64.b64encode(gzip.compress(b"cut")[:-4]).decode()},
    ],
)
def test_what_can_not_be_opened_is_shown_as_it_is(packed: dict[str, object]) -> None:
    assert contents(json.dumps(packed)) == packed


def test_a_correlation_id_is_found_under_any_of_its_names() -> None:
    assert correlation_id({"deep": [{"headers": {"X-Correlation-Id": "c-2"}}]}) == "c-2"
    assert correlation_id({"correlation_id": 7, "other": "c"}) == ""


@pytest.mark.requirement("ALL-13")
def test_what_stands_under_a_telling_name_is_masked_however_deep() -> None:
    names = ("X-Webhook-Signature", "api_key", "apiKey", "Authorization", "webhook_secrets", "passWord", "access-token")
    content = {"deep": [{name: {"any": "thing"} for name in names}], "symbol": "BTC", "size": 3}
    assert Masking().content(content) == {"deep": [dict.fromkeys(names, MASK)], "symbol": "BTC", "size": 3}


@pytest.mark.requirement("ALL-13")
def test_a_known_secret_is_masked_wherever_it_stands() -> None:
    masking = Masking([SECRET, f"{SECRET}-and-more", "short"])
    content = {"text": f"got {SECRET}.", "list": [f"{SECRET}-and-more"], SECRET: "short is no secret"}
    assert masking.content(content) == {"text": f"got {MASK}.", "list": [MASK], MASK: "short is no secret"}


@pytest.mark.requirement("ALL-13")
@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ('{"api_key": "abcdefgh12345", "x": NaN}', '{"api_key": "***", "x": NaN}'),
        ('{"symbol": "BTC", "X-Webhook-Signature" :"v1=00", "x": NaN}', None),
        ('{"password": "with \\"quotes\\" in it", "x": NaN}', '{"password": "***", "x": NaN}'),
        ('{"body": "{\\"token\\": \\"abcdefgh\\"}", "x": NaN}', '{"body": "{\\"token\\": \\"***\\"}", "x": NaN}'),
        ("it got {'api_key': 'abcdefgh', 'n': 1}", "it got {'api_key': '***', 'n': 1}"),
        ('{"token": "cut off', '{"token": "***"'),
        ('{"token": 12345678, "x": NaN}', '{"token": ***, "x": NaN}'),
        ('{"secrets": ["one", {"a": "two"}], "x": NaN}', '{"secrets": ***'),
        ('{"secret":', '{"secret":***'),
        ('"no secret": it says "nothing"', '"no secret": ***'),
        ('{"n": NaN, "text": "a token: abc"}', '{"n": NaN, "text": "a token: abc"}'),
    ],
)
def test_a_telling_name_masks_its_value_in_what_is_no_json_as_well(text: str, shown: str | None) -> None:
    masked = Masking().content(contents(text))
    assert masked == (shown or '{"symbol": "BTC", "X-Webhook-Signature" :"***", "x": NaN}')
    assert Masking().text(masked) == masked


@pytest.mark.parametrize("part", ["\\", '"', "'", '"a":', '"token":"', '"token" ', "\\'token\\':"])
def test_a_letter_as_large_as_a_queue_takes_is_masked_in_no_time(part: str) -> None:
    text = part * (1_048_576 // len(part))
    began = time.process_time()
    Masking().text(text)
    assert time.process_time() - began < 10


def test_a_secrets_document_is_json_or_lines() -> None:
    document = json.dumps({"kraken": {"webhook_secrets": ["one", "two"], "api_key": None}})
    assert set(secrets_in(document)) == {"one", "two"}
    assert set(secrets_in('["three"]')) == {"three"}
    assert set(secrets_in("new\n old \n")) == {"new", "old"}
    # These would be JSON as well.
    assert [*secrets_in("1234567890123456"), *secrets_in('"quoted"')] == ["1234567890123456", '"quoted"']


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@pytest.mark.requirement("ALL-13")
@given(content=JSON, place=st.text(), before=st.text(), after=st.text())
def test_no_known_secret_is_left_in_any_content(content: object, place: str, before: str, after: str) -> None:
    hidden = json.dumps({place: [content, before + SECRET + after, json.dumps({"inner": SECRET})]})
    assert SECRET not in str(Masking([SECRET]).content(contents(hidden)))
