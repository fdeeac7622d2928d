"""What alarms conclude, by the documentation's tables of missing data."""

from typing import Any

import pytest

from local.emulator.gaps.alarms.evaluation import conclude, is_settled_early

# One sign a period, the oldest first: X breaches, 0 does not, - has no data.
VALUES = {"X": 9.0, "0": 0.0, "-": None}
TREATMENTS = ("missing", "ignore", "breaching", "notBreaching")


def _alarm(**settings: Any) -> dict[str, Any]:
    return {
        "ComparisonOperator": "GreaterThanThreshold", "Threshold": 1, "EvaluationPeriods": 3, "Statistic": "Sum",
        "StateValue": "retained", **settings,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("enough", "periods", "states"),
    [
        (3, "0-X-X", "OK OK OK OK"),
        (3, "0XX-X", "ALARM ALARM ALARM ALARM"),
        (3, "----0", "OK OK OK OK"),
        (3, "-----", "INSUFFICIENT_DATA retained ALARM OK"),
        (3, "--X--", "ALARM retained ALARM OK"),
        (3, "----X", "retained retained ALARM OK"),
        (2, "0-X-X", "ALARM ALARM ALARM ALARM"),
        (2, "00X0X", "ALARM ALARM ALARM ALARM"),
        (2, "0-X--", "OK OK ALARM OK"),
        (2, "----0", "OK OK ALARM OK"),
        (2, "---X-", "ALARM retained ALARM OK"),
    ],
)
def test_missing_data_is_treated_as_documented(enough: int, periods: str, states: str) -> None:
    values = [VALUES[sign] for sign in periods]
    found = [conclude(_alarm(DatapointsToAlarm=enough, TreatMissingData=how), values) for how in TREATMENTS]
    assert found == states.split()


def test_tables_keep_their_state_when_data_is_missing() -> None:
    assert conclude(_alarm(Namespace="AWS/DynamoDB", TreatMissingData="breaching"), [None] * 5) == "retained"


@pytest.mark.parametrize(
    ("operator", "value", "state"),
    [
        ("GreaterThanThreshold", 1, "OK"),
        ("GreaterThanOrEqualToThreshold", 1, "ALARM"),
        ("LessThanThreshold", 1, "OK"),
        ("LessThanOrEqualToThreshold", 1, "ALARM"),
    ],
)
def test_a_threshold_itself_breaches_only_where_the_operator_says_so(operator: str, value: float, state: str) -> None:
    alarm = _alarm(ComparisonOperator=operator, EvaluationPeriods=1)
    assert conclude(alarm, [None, None, value]) == state


def test_a_running_period_counts_only_when_its_breach_will_last() -> None:
    assert is_settled_early(_alarm(), 2)
    assert not is_settled_early(_alarm(), 1)
    assert not is_settled_early(_alarm(Statistic="Average"), 2)
    assert not is_settled_early(_alarm(ComparisonOperator="LessThanThreshold"), 0)
