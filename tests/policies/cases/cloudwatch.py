"""Alarms."""

from typing import Any

from tests.policies.case import ARN, Bad, Cases, Good

ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"
TOPIC = ARN.format("sns", "operators-dev")


def depth(queue: str = "orders-dlq-dev", **more: Any) -> dict[str, Any]:
    return {
        "metricName": "ApproximateNumberOfMessagesVisible",
        "dimensions": {"QueueName": queue},
        "comparisonOperator": "GreaterThanThreshold",
        "threshold": 0,
        **more,
    }


CASES = {
    "cloudwatch-alarm-rings": Cases(
        good=(Good(ALARM, {"alarmActions": [TOPIC]}), Good(ALARM, {"alarmActions": [TOPIC], "actionsEnabled": True})),
        bad=(
            Bad(ALARM, {}, "alarmActions absent"),
            Bad(ALARM, {"alarmActions": []}, "alarmActions absent"),
            Bad(ALARM, {"alarmActions": [TOPIC], "actionsEnabled": False}, "actionsEnabled False"),
        ),
    ),
    "cloudwatch-dead-letter-alarm": Cases(
        good=(
            Good(ALARM, depth()),
            Good(ALARM, depth(comparisonOperator="GreaterThanOrEqualToThreshold", threshold=1)),
            Good(ALARM, depth("orders-dev", threshold=1000)),
            Good(ALARM, {"metricName": "Errors", "threshold": 5}),
        ),
        bad=(
            Bad(ALARM, depth(threshold=1), "threshold 1"),
            Bad(ALARM, depth(comparisonOperator="LessThanThreshold"), "threshold 0"),
        ),
    ),
}
