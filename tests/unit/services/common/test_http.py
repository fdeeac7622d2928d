import base64
import json
from typing import Any

import pytest

from services.common.http import read_request, respond
from services.common.invalid_input import InvalidInputError


def event(**more: Any) -> dict[str, Any]:
    return {
        "requestContext": {"requestId": "request-1"},
        "headers": None,
        "multiValueHeaders": None,
        "body": None,
        **more,
    }


def test_headers_are_found_whatever_their_case():
    request = read_request(event(headers={"x-WEBHOOK-timestamp": "5"}))
    assert request.header("X-Webhook-Timestamp") == "5"
    assert request.header("X-Other") is None


def test_a_repeated_header_is_joined_by_commas():
    request = read_request(event(headers={"A": "2"}, multiValueHeaders={"a": ["1", "2"]}))
    assert request.header("A") == "1,2"


@pytest.mark.parametrize("headers", [None, {}, {"A": None}])
def test_null_headers_are_no_headers(headers: Any):
    assert read_request(event(headers=headers, multiValueHeaders=headers)).header("A") is None


def test_the_body_is_the_bytes_that_were_sent():
    raw = b'{"a": "\xc3\xa9\xff"}'
    assert read_request(event(body=base64.b64encode(raw).decode(), isBase64Encoded=True)).body() == raw
    assert read_request(event(body="é")).body() == b"\xc3\xa9"
    assert read_request(event()).body() == b""
    assert read_request(event(body="\ud800")).body() == b"\xed\xa0\x80"


@pytest.mark.parametrize("body", ["!", "abc", "é"])
def test_broken_base64_is_refused(body: str):
    with pytest.raises(InvalidInputError, match="base64"):
        read_request(event(body=body, isBase64Encoded=True)).body()


@pytest.mark.parametrize("given", [None, "", "a b", "a\nb", "é", "x" * 129])
def test_an_unusable_correlation_id_gives_way_to_the_request_id(given: str | None):
    assert read_request(event(headers={"X-Correlation-Id": given})).correlation_id == "request-1"


def test_a_plain_correlation_id_is_kept():
    assert read_request(event(headers={"x-correlation-id": "order:7/a"})).correlation_id == "order:7/a"


def test_a_strangers_request_is_known_by_the_request_id_alone():
    request = read_request(event(headers={"x-CORRELATION-id": "order:7/a", "A": "1"})).of_a_stranger()
    assert (request.correlation_id, request.header("a")) == ("request-1", "1")


def test_a_response_is_json_with_the_correlation_id():
    response = respond(503, {"message": "é"}, "c-1", {"Retry-After": "5"})
    assert json.loads(response["body"]) == {"message": "é"}
    assert (response["statusCode"], response["isBase64Encoded"]) == (503, False)
    assert response["headers"] == {"Content-Type": "application/json", "X-Correlation-Id": "c-1", "Retry-After": "5"}
