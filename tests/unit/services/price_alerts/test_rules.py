from decimal import Decimal
from typing import Any

import pytest

from services.common.invalid_input import InvalidInputError
from services.price_alerts.domain.rule import Direction
from services.price_alerts.rules import NotRearmableError, Rule, RuleNotFoundError, Rules
from tests.unit.services.fakes import THROTTLED
from tests.unit.services.price_alerts.pipeline import RULES, Pipeline


@pytest.mark.requirement("PA-2", "PA-10")
def test_a_new_rule_is_armed_where_prices_look_for_it(pipeline: Pipeline):
    rule = pipeline.rules.add("user", "xbt/usd", "above", "70000.50")
    assert rule == Rule("user", "alert-00001", "BTC-USD", Direction.ABOVE, Decimal("70000.50"), armed=True)
    assert pipeline.tables.items(RULES) == [
        {
            "userId": "user",
            "alertId": "alert-00001",
            "symbol": "BTC-USD",
            "direction": "above",
            "threshold": Decimal("70000.50"),
            "armed_for": "BTC-USD#above",
            "armed_at": "2026-11-21T10:00:00.000000Z",
            "created_at": "2026-11-21T10:00:00.000000Z",
        }
    ]


def test_every_rule_gets_an_id_of_its_own(pipeline: Pipeline):
    rules = Rules(pipeline.tables, RULES, pipeline.clock)
    assert rules.add("user", "BTC-USD", "above", 1).alert_id != rules.add("user", "BTC-USD", "above", 1).alert_id


@pytest.mark.requirement("ALL-15")
@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"user_id": "a b"}, "userId"),
        ({"symbol": "BTC"}, "symbol"),
        ({"direction": "over"}, "direction"),
        ({"threshold": "-1"}, "threshold"),
        ({"threshold": "NaN"}, "threshold"),
        ({"threshold": 10**18}, "threshold"),
    ],
)
def test_no_malformed_rule_gets_in(pipeline: Pipeline, change: dict[str, Any], field: str):
    said = {"user_id": "user", "symbol": "BTC-USD", "direction": "above", "threshold": "1"}
    with pytest.raises(InvalidInputError) as refusal:
        pipeline.rules.add(**said | change)
    assert refusal.value.field == field
    assert pipeline.tables.items(RULES) == []


def test_a_users_rules_show_what_became_of_them(pipeline: Pipeline):
    pipeline.rules.add("user", "BTC-USD", "above", "10")
    pipeline.rules.add("user", "BTC-USD", "above", "20")
    pipeline.rules.add("another", "BTC-USD", "above", "10")
    pipeline.tick("15")
    pipeline.tables.tables[RULES]["user", "odd"] = {"userId": {"S": "user"}, "alertId": {"S": "odd"}}
    fired, armed = pipeline.rules.list("user")
    assert (fired.armed, fired.fired_at, fired.price) == (False, "2026-11-21T10:00:00.000000Z", Decimal(15))
    assert (armed.armed, armed.fired_at, armed.price) == (True, None, None)


@pytest.mark.requirement("PA-9")
def test_rearming_an_armed_rule_changes_nothing(pipeline: Pipeline):
    rule = pipeline.rules.add("user", "BTC-USD", "above", "10")
    before = pipeline.rule(rule.alert_id)
    pipeline.clock.advance(seconds=1)
    pipeline.rules.rearm("user", rule.alert_id)
    assert pipeline.rule(rule.alert_id) == before


def test_a_rule_that_is_not_there_is_told_so(pipeline: Pipeline):
    for call in (pipeline.rules.rearm, pipeline.rules.remove):
        with pytest.raises(RuleNotFoundError, match="user 'user' has no rule 'alert-1'"):
            call("user", "alert-1")


@pytest.mark.requirement("PA-9", "ALL-14")
@pytest.mark.parametrize(
    "change",
    [
        {"threshold": {"N": "11"}},
        {"symbol": {"S": "ETH-USD"}},
        {"direction": {"S": "below"}},
        {"armed_for": {"S": "BTC-USD#above"}, "armed_at": {"S": "2026-11-21T10:00:09.000000Z"}},
        {"unnotified": {"S": "7"}},
    ],
)
def test_a_rule_that_changes_while_it_is_rearmed_is_left_alone(pipeline: Pipeline, change: dict[str, Any]):
    rule = pipeline.rules.add("user", "BTC-USD", "above", "10")
    pipeline.tick("15")
    get_item = pipeline.tables.get_item
    key = ("user", rule.alert_id)

    def get_then_change(**call: Any) -> dict[str, Any]:
        found = get_item(**call)
        pipeline.tables.tables[RULES][key] = pipeline.tables.tables[RULES][key] | change
        return found

    pipeline.tables.get_item = get_then_change
    before = pipeline.tables.tables[RULES][key] | change
    with pytest.raises(NotRearmableError, match="changed meanwhile"):
        pipeline.rules.rearm("user", rule.alert_id)
    assert pipeline.tables.tables[RULES][key] == before


def test_rearming_forgets_why_a_rule_was_disarmed(pipeline: Pipeline):
    rule = pipeline.rules.add("user", "BTC-USD", "above", "10")
    del pipeline.tables.tables[RULES]["user", rule.alert_id]["armed_for"]
    pipeline.tables.tables[RULES]["user", rule.alert_id]["disarmed_because"] = {"S": "a reason"}
    pipeline.rules.rearm("user", rule.alert_id)
    assert "disarmed_because" not in pipeline.rule(rule.alert_id)


def test_an_item_that_is_no_rule_can_only_be_removed(pipeline: Pipeline):
    pipeline.tables.tables[RULES]["user", "odd"] = {"userId": {"S": "user"}, "alertId": {"S": "odd"}}
    with pytest.raises(NotRearmableError, match="remove it and add it anew"):
        pipeline.rules.rearm("user", "odd")
    pipeline.rules.remove("user", "odd")
    assert pipeline.tables.items(RULES) == []


def test_a_removed_rule_fires_no_more(pipeline: Pipeline):
    rule = pipeline.rules.add("user", "BTC-USD", "above", "10")
    pipeline.rules.remove("user", rule.alert_id)
    pipeline.tick("15")
    assert pipeline.alerts() == []


@pytest.mark.parametrize("operation", ["update_item", "delete_item"])
def test_what_dynamodb_refuses_comes_out(pipeline: Pipeline, operation: str):
    rule = pipeline.rules.add("user", "BTC-USD", "above", "10")
    pipeline.tick("15")
    pipeline.tables.fail(operation, THROTTLED)
    call = pipeline.rules.rearm if operation == "update_item" else pipeline.rules.remove
    with pytest.raises(type(THROTTLED)):
        call("user", rule.alert_id)
