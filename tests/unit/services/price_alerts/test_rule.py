from decimal import Decimal

import pytest

from services.common.invalid_input import InvalidInputError
from services.price_alerts.domain.rule import (
    Direction,
    MalformedRuleError,
    armed_rule,
    parse_direction,
    parse_id,
)

ITEM = {
    "userId": "user-1",
    "alertId": "alert-1",
    "symbol": "BTC-USD",
    "direction": "above",
    "threshold": "70000.50",
    "armed_at": "2026-11-21T10:00:00.000000Z",
}
PARTITION = "BTC-USD#above"


def test_an_armed_item_is_a_rule():
    rule = armed_rule(ITEM, PARTITION)
    assert (rule.user_id, rule.alert_id, rule.armed_for) == ("user-1", "alert-1", PARTITION)
    assert (rule.direction, rule.threshold) == (Direction.ABOVE, Decimal("70000.50"))


@pytest.mark.requirement("ALL-14", "PA-9")
def test_a_crossing_has_one_id_and_every_arming_another():
    ids = {
        armed_rule(ITEM | change, PARTITION).crossing_id
        for change in (
            {},
            {"armed_at": "2026-11-21T10:00:00.000001Z"},
            {"alertId": "alert-2"},
            {"userId": "user-2"},
            {"userId": "user-1/alert-1", "alertId": "x"},
        )
    }
    assert len(ids) == 5
    assert armed_rule(ITEM, PARTITION).crossing_id == armed_rule(dict(ITEM), PARTITION).crossing_id


@pytest.mark.requirement("ALL-15")
@pytest.mark.parametrize(
    ("change", "reason"),
    [
        *(({name: None}, f"has no '{name}'") for name in ITEM),
        ({"userId": "a b"}, "userId is 'a b'"),
        ({"alertId": "x" * 129}, "alertId is"),
        ({"direction": "sideways"}, "direction is 'sideways'; allowed are above, below"),
        ({"direction": "below"}, "make 'BTC-USD#below', and armed_for is 'BTC-USD#above'"),
        ({"symbol": "ETH-USD"}, "make 'ETH-USD#above'"),
        ({"threshold": "-1"}, "threshold is '-1'"),
        ({"threshold": "1E+100"}, "threshold is '1E\\+100'"),
        ({"threshold": "1E-30"}, "threshold is '1E-30'"),
        ({"armed_at": "yesterday"}, "armed_at is 'yesterday'"),
        ({"armed_at": "2026-11-21T10:00:00Z"}, "armed_at is"),
    ],
)
def test_an_item_that_is_no_rule_is_told_from_one(change: dict[str, str | None], reason: str):
    item = {name: value for name, value in (ITEM | change).items() if value is not None}
    with pytest.raises(MalformedRuleError, match=reason):
        armed_rule(item, PARTITION)


def test_a_rule_in_a_partition_that_no_price_belongs_to_is_malformed():
    with pytest.raises(MalformedRuleError):
        armed_rule(ITEM | {"symbol": "btc-usd"}, "btc-usd#above")


@pytest.mark.parametrize("value", ["", "a b", "a\n", "\u00e9", "x" * 129, 7, None])
def test_an_id_that_no_attribute_or_log_line_should_carry_is_refused(value: object):
    with pytest.raises(InvalidInputError) as refusal:
        parse_id(value, "userId")
    assert refusal.value.field == "userId"


@pytest.mark.parametrize("value", ["", "Above", "over", None, 1])
def test_a_direction_is_above_or_below(value: object):
    with pytest.raises(InvalidInputError, match="allowed are above, below"):
        parse_direction(value)
