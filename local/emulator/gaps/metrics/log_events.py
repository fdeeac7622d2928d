"""Log events become metrics: by the metric filters of their group, and by the embedded metric format.

AWS documentation, CloudWatch Logs user guide: "Creating metrics from log events using filters" (the default value is
published when events come and none matches), "Filter pattern syntax for metric filters" (case counts; a term with a
question mark is optional); CloudWatch user guide: "Specification: Embedded metric format".

MiniStack stores the filters and does nothing with them, and matches subscription filters by words alone. A release that
applies both makes this unnecessary. Not supplied: patterns for space-delimited events, which are refused; and a term is
found anywhere in a message, where AWS may want a whole word.
"""

import json
from typing import Any

from local.emulator.gaps.metrics.embedded import embedded_values
from local.emulator.gaps.metrics.json_patterns import selector
from local.emulator.gaps.metrics.pattern_error import PatternError
from local.emulator.gaps.metrics.patterns import matcher
from local.emulator.gaps.metrics.store import STORE, Dimensions
from local.emulator.gaps.settings import GapSettings
from local.emulator.ministack import load
from local.emulator.pinned import Wrapped

WRAPPED = (
    Wrapped("services.cloudwatch_logs", "_fanout_to_subscription_filters", "cb898244bb9fac17"),
    Wrapped("services.cloudwatch_logs", "_subscription_pattern_matches", "e29009b58150a9c7"),
    Wrapped("services.cloudwatch_logs", "_put_metric_filter", "f32105a1de44a62d"),
    Wrapped("services.cloudwatch_logs", "_put_log_events", "acd4fda33a3857d7"),
    Wrapped("services.lambda_svc", "_emit_lambda_logs", "111efbf06968bb20"),
)
Event = dict[str, Any]


def close(_: GapSettings) -> None:
    """Look at every event where MiniStack hands it to subscription filters."""
    logs, responses = load("services.cloudwatch_logs"), load("core.responses")
    fan_out, put = logs._fanout_to_subscription_filters, logs._put_metric_filter

    def fanned_out(group: str, stream: str, events: list[Event]) -> None:
        fan_out(group, stream, events)
        for (of_group, _), found in logs._metric_filters.items():
            if of_group == group:
                _apply(found, events)
        for event in events:
            for value in embedded_values(event.get("message", "")):
                STORE.note(*value)

    def checked_put(data: dict[str, Any]) -> Any:
        try:
            matcher(data.get("filterPattern", ""))
        except PatternError as problem:
            return responses.error_response_json(
                "InvalidParameterException", f"Invalid metric filter pattern: {problem}", 400
            )
        return put(data)

    def subscribed(pattern: str | None, message: str | None) -> bool:
        return matcher(pattern or "")(message or "")

    logs._fanout_to_subscription_filters, logs._put_metric_filter = fanned_out, checked_put
    logs._subscription_pattern_matches = subscribed


def _apply(found: dict[str, Any], events: list[Event]) -> None:
    matches = matcher(found["filterPattern"])
    matched = [event for event in events if matches(event.get("message", ""))]
    for transformation in found["metricTransformations"]:
        namespace, name = transformation["metricNamespace"], transformation["metricName"]
        unit = transformation.get("unit") or "None"
        for event in matched:
            value = _value(transformation["metricValue"], event["message"])
            if value is not None:
                dimensions = _dimensions(transformation.get("dimensions") or {}, event["message"])
                STORE.note(namespace, name, value, unit, dimensions, event["timestamp"] / 1000)
        default = transformation.get("defaultValue")
        if default is not None and events and not matched:
            STORE.note(namespace, name, float(default), unit, (), events[-1]["timestamp"] / 1000)


def _value(wanted: str, message: str) -> float | None:
    """The number itself, or the one that it selects in the message."""
    try:
        return float(selector(wanted)(json.loads(message)) if wanted.startswith("$") else wanted)
    except (TypeError, ValueError):
        return None


def _dimensions(wanted: dict[str, str], message: str) -> Dimensions:
    if not wanted:
        return ()
    document = json.loads(message)
    return tuple((name, str(selector(path)(document))) for name, path in wanted.items())
