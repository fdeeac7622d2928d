"""What an alarm concludes from its metric's periods.

AWS documentation, CloudWatch user guide: "Alarm evaluation" (M out of N), "Configuring how CloudWatch alarms treat
missing data" (real datapoints of a longer range count before any missing one is filled in; an alarm that treats
missing as missing also rings when all it has breaches and the oldest of that is old enough).
"""

from collections.abc import Callable, Sequence
from typing import Any

Alarm = dict[str, Any]
# Beyond the evaluation periods, as in the documentation's examples of three with a range of five.
FURTHER_PERIODS = 2
COMPARED: dict[str, Callable[[float, float], bool]] = {
    "GreaterThanThreshold": lambda value, threshold: value > threshold,
    "GreaterThanOrEqualToThreshold": lambda value, threshold: value >= threshold,
    "LessThanThreshold": lambda value, threshold: value < threshold,
    "LessThanOrEqualToThreshold": lambda value, threshold: value <= threshold,
}
# What these have reached in a period, its rest can't take back.
GROWING = {"Sum", "SampleCount", "Maximum"}


def range_length(alarm: Alarm) -> int:
    """How many periods the alarm looks at."""
    return int(alarm["EvaluationPeriods"]) + FURTHER_PERIODS


def breaches(alarm: Alarm, value: float) -> bool:
    """Whether `value` is beyond the alarm's threshold."""
    compared = COMPARED.get(alarm.get("ComparisonOperator") or "")
    return compared is not None and compared(value, float(alarm["Threshold"]))


def is_settled_early(alarm: Alarm, value: float) -> bool:
    """Whether a period that still runs counts already: its breach is certain to last."""
    grows = alarm.get("Statistic") in GROWING and str(alarm.get("ComparisonOperator")).startswith("Greater")
    return grows and breaches(alarm, value)


def conclude(alarm: Alarm, values: Sequence[float | None]) -> str:
    """The alarm's state after the periods' `values`, the oldest first, None where a period has no data."""
    needed = int(alarm["EvaluationPeriods"])
    enough = int(alarm.get("DatapointsToAlarm") or needed)
    real = [breaches(alarm, value) for value in values if value is not None][-needed:]
    missing, breaching = needed - len(real), sum(real)
    treatment = _treatment(alarm)
    if treatment == "breaching" and missing:
        breaching += missing
    if breaching >= enough:
        return "ALARM"
    if not missing or treatment in {"breaching", "notBreaching"} or not all(real):
        return "OK"
    if not real:
        return "INSUFFICIENT_DATA" if treatment == "missing" else alarm["StateValue"]
    oldest = next(place for place, value in enumerate(values) if value is not None)
    premature = treatment == "missing" and len(values) - oldest >= enough
    return "ALARM" if premature else alarm["StateValue"]


def _treatment(alarm: Alarm) -> str:
    return "ignore" if alarm.get("Namespace") == "AWS/DynamoDB" else alarm.get("TreatMissingData") or "missing"
