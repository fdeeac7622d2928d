from decimal import Decimal
from typing import Any

import pytest

from services.coin_alerts.domain.terms import Terms, check_id, parse_terms
from services.common.invalid_input import InvalidInputError

ALERT: dict[str, Any] = {"coinSymbol": "BTC", "threshold": Decimal(70000), "condition": "above"}


@pytest.mark.requirement("CA-3")
@pytest.mark.parametrize(
    "change",
    [{}, {"coinSymbol": "btc"}, {"threshold": "70000"}, {"threshold": "70000.00"}, {"threshold": Decimal("7E+4")}],
)
def test_an_alert_in_the_plain_shape_has_terms_however_it_is_spelt(change: dict[str, Any]):
    terms = parse_terms(ALERT | change)
    assert terms == Terms("BTC", "above", Decimal(70000))
    assert terms.armed_for == "BTC#above"


@pytest.mark.requirement("CA-3", "ALL-15")
@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("coinSymbol", None, "coinSymbol is missing; required are coinSymbol, threshold, condition"),
        ("coinSymbol", "", "coinSymbol is ''; allowed are 1 to 20 ASCII letters and digits, such as BTC"),
        ("coinSymbol", "BTC#above", "coinSymbol is 'BTC#above'"),
        ("coinSymbol", "\N{LATIN SMALL LETTER LONG S}OL", "coinSymbol is"),
        ("coinSymbol", "X" * 21, "coinSymbol is"),
        ("coinSymbol", 7, "coinSymbol is '7'"),
        ("threshold", None, "threshold is missing"),
        ("threshold", Decimal(-1), "threshold is '-1'"),
        ("threshold", "NaN", "threshold is 'NaN'"),
        ("threshold", True, "threshold is of type bool"),
        ("threshold", {"amount": 1}, "threshold is of type dict"),
        ("threshold", Decimal("1E+18"), "threshold is '1E+18'"),
        ("threshold", "7e4", "threshold is '7e4'"),
        ("condition", "Above", "condition is 'Above'; allowed are above, below"),
        ("condition", ["above"], "condition is \"['above']\"; allowed are above, below"),
    ],
)
def test_terms_that_are_missing_or_wrong_are_named_with_what_is_allowed(name: str, value: object, said: str):
    with pytest.raises(InvalidInputError) as refusal:
        parse_terms(ALERT | {name: value})
    assert refusal.value.field == name
    assert refusal.value.message.startswith(said)


def test_ids_are_what_a_message_attribute_can_carry():
    check_id("user 1/ü", "userId")
    for wrong in ("a\0b", "x" * 257, "line\nfeed"):
        with pytest.raises(InvalidInputError, match=r"userId is .*; allowed are at most 256 printable characters"):
            check_id(wrong, "userId")
