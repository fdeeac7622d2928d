from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from services.common.amount import parse_amount, plain
from services.common.invalid_input import InvalidInputError
from services.common.json_body import parse_object

pytestmark = pytest.mark.requirement("ALL-15")

in_bounds = st.decimals(min_value=0, max_value=10**18 - 1, places=18, allow_nan=False, allow_infinity=False)


def sent(amount: str) -> Decimal:
    return parse_amount(parse_object(f'{{"amount": {amount}}}'.encode())["amount"], "amount")


@pytest.mark.parametrize(
    "text",
    [
        "0",
        "0.10",
        "129.90",
        "1e2",
        "1.5E+3",
        "999999999999999999",
        "0.000000000000000001",
        '"0.1"',
        '"00.50"',
        "-0",
        "-0.0",
    ],
)
def test_a_decimal_within_bounds_is_kept_exactly(text: str):
    assert sent(text) == Decimal(text.strip('"'))
    assert not sent(text).is_signed()


@pytest.mark.parametrize(
    "text",
    [
        *("-1", "-0.01", "1e400", "1e18", "1e-19", "1000000000000000000", "0.0000000000000000001", "9" * 39, "0e400"),
        *(
            '"NaN"',
            '"Infinity"',
            '"-1"',
            '"1e3"',
            '"1_000"',
            '"1,5"',
            '" 1"',
            '"1."',
            '".5"',
            '""',
            '"\u0663"',
            '"\uff11"',
            '"$1"',
        ),
        *("true", "false", "[1]", '{"value": 1}', '"1\\n"'),
    ],
)
def test_what_is_not_a_bounded_decimal_is_refused_by_name(text: str):
    with pytest.raises(InvalidInputError, match=r"amount is .*allowed is a number from 0") as refusal:
        sent(text)
    assert refusal.value.field == "amount"


def test_infinities_are_refused_even_as_decimals():
    for value in (Decimal("Infinity"), Decimal("NaN")):
        with pytest.raises(InvalidInputError):
            parse_amount(value, "amount")


def test_a_long_refused_value_is_cut_in_the_message():
    with pytest.raises(InvalidInputError) as refusal:
        sent("9" * 4000)
    assert len(refusal.value.message) < 300


@given(in_bounds)
@example(Decimal("0.100000000000000000"))
def test_every_amount_survives_json_and_plain_text_digit_by_digit(amount: Decimal):
    assert sent(plain(amount)) == sent(f'"{plain(amount)}"') == amount
    assert plain(sent(plain(amount))) == plain(amount)


@given(st.text(max_size=45))
def test_no_string_is_taken_unless_it_is_plain_ascii_digits(text: str):
    try:
        amount = parse_amount(text, "amount")
    except InvalidInputError:
        return
    assert text.isascii()
    assert set(text) <= set("0123456789.")
    assert plain(amount) == text.lstrip("0") or amount == Decimal(text)
