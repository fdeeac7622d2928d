"""Metric alarms look at their own metric, period by period, on a timer.

AWS documentation, CloudWatch user guide: "Using Amazon CloudWatch alarms", "Alarm evaluation", "Configuring how
CloudWatch alarms treat missing data".

MiniStack mixes the metrics of all dimensions, knows neither missing data nor datapoints to alarm, and looks only when
somebody publishes a value. A release that evaluates as documented makes this unnecessary. Unlike AWS, which waits for
a period's end, an alarm rings within a period that can't turn good any more. Not supplied: metric math, anomaly
detection, percentiles of few samples.
"""

import time
from datetime import UTC, datetime
from typing import Any

from local.emulator.gaps.alarms.evaluation import Alarm, breaches, conclude, is_settled_early, range_length
from local.emulator.gaps.metrics.store import STORE
from local.emulator.gaps.settings import GapSettings
from local.emulator.gaps.ticking import on_tick
from local.emulator.ministack import load
from local.emulator.pinned import Wrapped

WRAPPED = (
    Wrapped("services.cloudwatch", "_evaluate_alarm", "a0b0acd3d432b711"),
    Wrapped("services.cloudwatch", "_stat_value", "cfaad95982333379"),
    Wrapped("services.cloudwatch", "_record_history", "c5890b06e5c82d3d"),
    Wrapped("services.cloudwatch", "_evaluate_parent_alarms", "24a65a9e43d5d488"),
)


def close(_: GapSettings) -> None:
    """Evaluate at each tick, and whenever MiniStack does."""
    evaluator = _Evaluator(load("services.cloudwatch"))
    load("services.cloudwatch")._evaluate_alarm = evaluator.evaluate
    on_tick(evaluator.evaluate_all)


class _Evaluator:
    def __init__(self, service: Any) -> None:
        self._service = service

    def evaluate_all(self) -> None:
        """Every alarm of every account and region."""
        with STORE.lock:
            for (account, region, _), alarm in list(self._service._alarms._data.items()):
                with load("core.responses").request_scope(account, region):
                    self.evaluate(alarm)

    def evaluate(self, alarm: Alarm) -> None:
        """Look at one alarm's metric, and tell the world when its state changes."""
        if not alarm.get("MetricName") or not alarm.get("Namespace"):
            return
        with STORE.lock:
            STORE.settle()
            values = self._values(alarm, time.time())
            state = conclude(alarm, values)
            if state != alarm["StateValue"]:
                self._change(alarm, state, _reason(alarm, state, values))

    def _values(self, alarm: Alarm, now: float) -> list[float | None]:
        """The statistic of each period of the evaluation range, the oldest first."""
        period, length = int(alarm["Period"]), range_length(alarm)
        running = int(now // period)
        found: dict[int, list[dict[str, Any]]] = {}
        for point in self._points(alarm):
            place = int(point["Timestamp"] // period)
            if running - length <= place <= running:
                found.setdefault(place, []).append(point)
        values = [self._statistic(alarm, found.get(place, [])) for place in range(running - length, running)]
        newest = self._statistic(alarm, found.get(running, []))
        if newest is not None and is_settled_early(alarm, newest):
            values = [*values[1:], newest]
        return values

    def _points(self, alarm: Alarm) -> list[dict[str, Any]]:
        dimensions = {each["Name"]: each["Value"] for each in alarm.get("Dimensions") or []}
        key = (alarm["Namespace"], alarm["MetricName"], self._service._dims_key(dimensions))
        points: list[dict[str, Any]] = self._service._metrics.get(key, [])
        return [point for point in points if not alarm.get("Unit") or point["Unit"] == alarm["Unit"]]

    def _statistic(self, alarm: Alarm, points: list[dict[str, Any]]) -> float | None:
        name = alarm.get("ExtendedStatistic") or alarm.get("Statistic") or "Average"
        return self._service._stat_value(self._service._calc_stats(points), name, points) if points else None

    def _change(self, alarm: Alarm, state: str, reason: str) -> None:
        before, now = alarm["StateValue"], int(time.time())
        alarm |= {"StateValue": state, "StateReason": reason}
        alarm |= {"StateUpdatedTimestamp": now, "StateTransitionedTimestamp": now}
        self._service._record_history(alarm["AlarmName"], before, state, reason)
        self._service._dispatch_alarm_actions(alarm, before, state, reason)
        self._service._evaluate_parent_alarms(alarm)


def _reason(alarm: Alarm, state: str, values: list[float | None]) -> str:
    real = [value for value in values if value is not None][-int(alarm["EvaluationPeriods"]) :]
    at = f"{datetime.now(UTC):%d/%m/%y %H:%M:%S}"
    if not real:
        treated = {"OK": "NonBreaching", "ALARM": "Breaching"}.get(state)
        return f"No datapoints were received, as of {at}" + (f", and missing ones are {treated}." if treated else ".")
    beyond = sum(breaches(alarm, value) for value in real)
    shown = ", ".join(str(value) for value in reversed(real))
    return (
        f"Threshold Crossed: {beyond} out of the last {len(real)} datapoints [{shown}], as of {at}, breached "
        f"({alarm['ComparisonOperator']} {float(alarm['Threshold'])}) (minimum {_enough(alarm)} for OK -> ALARM)."
    )


def _enough(alarm: Alarm) -> int:
    return int(alarm.get("DatapointsToAlarm") or alarm["EvaluationPeriods"])
