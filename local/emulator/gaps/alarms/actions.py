"""An alarm tells its SNS topics, as far as their policies and keys let it.

AWS documentation, CloudWatch user guide: "Notifying users on alarm changes" (the message); SNS developer guide:
"Managing Amazon SNS encryption keys" (CloudWatch needs a customer managed key whose policy admits
cloudwatch.amazonaws.com); "Example cases for Amazon SNS access control" (CloudWatch alarms).

MiniStack asks nobody, and leaves out part of the message. A release that asks makes this unnecessary. Not supplied:
actions other than SNS topics.
"""

import json
import logging
from datetime import UTC, datetime
from typing import Any

from local.emulator.gaps import service_rights
from local.emulator.gaps.alarms.evaluation import Alarm
from local.emulator.gaps.settings import GapSettings
from local.emulator.ministack import load
from local.emulator.pinned import Wrapped

WRAPPED = (
    Wrapped("services.cloudwatch", "_dispatch_alarm_actions", "fcf47c0d1e6ec4a0"),
    Wrapped("services.sns", "publish_internal", "f979fc53e1eb274f"),
    *service_rights.WRAPPED,
)
CLOUDWATCH = "cloudwatch.amazonaws.com"
LISTS = {"ALARM": "AlarmActions", "OK": "OKActions", "INSUFFICIENT_DATA": "InsufficientDataActions"}
# Messages name the region as people do.
REGIONS = {"us-east-1": "US East (N. Virginia)"}
logger = logging.getLogger("alarms")


def close(_: GapSettings) -> None:
    """Publish state changes of all alarms, composite ones as well."""
    load("services.cloudwatch")._dispatch_alarm_actions = _dispatch


def _dispatch(alarm: Alarm, before: str, state: str, reason: str) -> None:
    if not alarm.get("ActionsEnabled", True):
        return
    message = json.dumps(_message(alarm, before, state, reason))
    region = load("core.responses").get_region()
    subject = f'{state}: "{alarm["AlarmName"]}" in {REGIONS.get(region, region)}'[:100]
    for action in alarm.get(LISTS[state]) or []:
        if ":sns:" not in action:
            continue
        refusal = service_rights.refusal_to_publish(action, CLOUDWATCH, alarm["AlarmArn"])
        if refusal is None:
            load("services.sns").publish_internal(action, message, subject)
        else:
            logger.error("Alarm %s could not tell %s: %s", alarm["AlarmName"], action, refusal)
        _record(alarm, action, refusal)


def _record(alarm: Alarm, action: str, refusal: str | None) -> None:
    outcome = f"Failed to execute action {action}: {refusal}" if refusal else f"Successfully executed action {action}"
    load("services.cloudwatch")._history_entries().append(
        {
            "AlarmName": alarm["AlarmName"],
            "AlarmType": "CompositeAlarm" if "AlarmRule" in alarm else "MetricAlarm",
            "Timestamp": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",
            "HistoryItemType": "Action",
            "HistorySummary": outcome,
            "HistoryData": json.dumps({"actionState": "Failed" if refusal else "Succeeded", "error": refusal}),
        }
    )


def _message(alarm: Alarm, before: str, state: str, reason: str) -> dict[str, Any]:
    scope = load("core.responses")
    region = scope.get_region()
    changed = datetime.fromtimestamp(alarm.get("AlarmConfigurationUpdatedTimestamp", 0), UTC)
    return {
        "AlarmName": alarm["AlarmName"],
        "AlarmDescription": alarm.get("AlarmDescription") or None,
        "AWSAccountId": scope.get_account_id(),
        "AlarmConfigurationUpdatedTimestamp": _time(changed),
        "NewStateValue": state,
        "NewStateReason": reason,
        "StateChangeTime": _time(datetime.now(UTC)),
        "Region": REGIONS.get(region, region),
        "AlarmArn": alarm["AlarmArn"],
        "OldStateValue": before,
        **{name: alarm.get(name) or [] for name in ("OKActions", "AlarmActions", "InsufficientDataActions")},
        **({"AlarmRule": alarm["AlarmRule"]} if "AlarmRule" in alarm else {"Trigger": _trigger(alarm)}),
    }


def _trigger(alarm: Alarm) -> dict[str, Any]:
    extended = alarm.get("ExtendedStatistic")
    return {
        "MetricName": alarm.get("MetricName"),
        "Namespace": alarm.get("Namespace"),
        "StatisticType": "ExtendedStatistic" if extended else "Statistic",
        "Statistic": extended or str(alarm.get("Statistic", "Average")).upper(),
        "Unit": alarm.get("Unit"),
        "Dimensions": [{"value": each["Value"], "name": each["Name"]} for each in alarm.get("Dimensions") or []],
        "Period": int(alarm.get("Period", 60)),
        "EvaluationPeriods": int(alarm.get("EvaluationPeriods", 1)),
        **({"DatapointsToAlarm": alarm["DatapointsToAlarm"]} if alarm.get("DatapointsToAlarm") else {}),
        "ComparisonOperator": alarm.get("ComparisonOperator"),
        "Threshold": float(alarm.get("Threshold", 0)),
        "TreatMissingData": alarm.get("TreatMissingData") or "missing",
        "EvaluateLowSampleCountPercentile": "",
    }


def _time(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}+0000"
