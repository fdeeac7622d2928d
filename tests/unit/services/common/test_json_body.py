import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.common.invalid_input import InvalidInputError
from services.common.json_body import digest, json_text, parse_object


def bodies(numbers: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    leaves = st.none() | st.booleans() | numbers | st.text(max_size=8)
    keys = st.text(max_size=3)
    values = st.recursive(
        leaves, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3), max_leaves=8
    )
    return st.dictionaries(keys, values, max_size=4)


integers = bodies(st.integers())
decimals = bodies(st.integers() | st.decimals(allow_nan=False, allow_infinity=False, places=4))


def reordered(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: reordered(child) for key, child in reversed(value.items())}
    return [reordered(child) for child in value] if isinstance(value, list) else value


@pytest.mark.requirement("ALL-15")
def test_numbers_keep_every_digit():
    body = parse_object(b'{"a": 0.30000000000000000000000000000000001, "b": 1.10, "c": 123456789012345678901234567890}')
    assert json_text(body) == '{"a":0.30000000000000000000000000000000001,"b":1.10,"c":123456789012345678901234567890}'


@pytest.mark.parametrize(
    "raw",
    [
        *(b"", b"null", b"[]", b'"a"', b"{", b"{} {}", b'{"a": NaN}', b'{"a": Infinity}', b"{'a': 1}", b'{"a": 01}'),
        *(b'{"a": "\xff"}', b'{"a": "\\ud800"}', b'\xef\xbb\xbf{"a": 1}', b'{"a": 1e99999999999999999999}'),
        b'{"a": ' + b"9" * 5000 + b"}",
    ],
)
def test_what_is_not_a_json_object_is_refused(raw: bytes):
    with pytest.raises(InvalidInputError, match="body is not a JSON object") as refusal:
        parse_object(raw)
    assert refusal.value.field == "body"


@pytest.mark.parametrize("levels", [32, 500, 100_000])
def test_deeply_nested_bodies_are_refused(levels: int):
    with pytest.raises(InvalidInputError, match="nested too deep"):
        parse_object(b'{"a": ' + b"[" * levels + b"]" * levels + b"}")


def test_thirty_two_levels_are_allowed():
    assert parse_object(b'{"a": ' + b'[{"b": ' * 15 + b"[]" + b"}]" * 15 + b"}")


def test_characters_that_sqs_forbids_are_escaped():
    assert json_text({"a": "\ufffe\uffff\U0001f600"}) == '{"a":"\\ufffe\\uffff\U0001f600"}'


@pytest.mark.requirement("TX-8")
@given(integers)
def test_key_order_white_space_and_escapes_leave_the_digest_alone(body: dict[str, Any]):
    compact = json_text(body)
    spaced = json.dumps(reordered(json.loads(compact)), indent=3, ensure_ascii=True)
    assert digest(parse_object(spaced.encode())) == digest(parse_object(compact.encode()))


@pytest.mark.requirement("TX-8")
@given(decimals, decimals)
def test_two_bodies_share_a_digest_only_when_they_are_equal(one: dict[str, Any], other: dict[str, Any]):
    assert (digest(one) == digest(other)) == (_typed(one) == _typed(other))


@pytest.mark.requirement("TX-8")
@pytest.mark.parametrize(
    "pair", [("10", "10.0"), ("10", "1e1"), ("0.5", "5E-1"), ("0", "-0.0"), ("0", "0e9"), ("1" + "0" * 40, "1e40")]
)
def test_one_number_in_two_writings_is_one_value(pair: tuple[str, str]):
    one, other = (digest(parse_object(f'{{"amount": {text}}}'.encode())) for text in pair)
    assert one == other


@pytest.mark.requirement("TX-8")
@pytest.mark.parametrize(
    "pair",
    [
        ("10", '"10"'),
        ("1", "true"),
        ("0", "false"),
        ("null", '""'),
        ("[]", "{}"),
        ("0.1", "0.10000000000000000000000000000000000001"),
    ],
)
def test_values_that_differ_differ_in_their_digest(pair: tuple[str, str]):
    one, other = (digest(parse_object(f'{{"amount": {text}}}'.encode())) for text in pair)
    assert one != other


def _typed(value: Any) -> Any:
    """The value with its booleans and numbers told apart, since Python holds True equal to 1."""
    if isinstance(value, dict):
        return {key: _typed(child) for key, child in value.items()}
    if isinstance(value, list):
        return [_typed(child) for child in value]
    return (type(value) if isinstance(value, bool) else None, value)
