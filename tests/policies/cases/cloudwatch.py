"""Alarms."""

import json
from typing import Any

from tests.policies.case import ARN, Bad, Cases, Good, peer

ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"
QUEUE = "aws:sqs/queue:Queue"
FUNCTION = "aws:lambda/function:Function"
MAPPING = "aws:lambda/eventSourceMapping:EventSourceMapping"
API = "aws:apigateway/restApi:RestApi"
FILTER = "aws:cloudwatch/logMetricFilter:LogMetricFilter"
DASHBOARD = "aws:cloudwatch/dashboard:Dashboard"
TOPIC = ARN.format("sns", "operators-dev")


def depth(queue: str = "orders-dlq-dev", **more: Any) -> dict[str, Any]:
    return {
        "metricName": "ApproximateNumberOfMessagesVisible",
        "dimensions": {"QueueName": queue},
        "comparisonOperator": "GreaterThanThreshold",
        "threshold": 0,
        **more,
    }


DEPTH = "ApproximateNumberOfMessagesVisible"
AGE = "ApproximateAgeOfOldestMessage"
ORDERS = {"name": "orders-dev"}
DEAD = {"name": "orders-dlq-dev", "redriveAllowPolicy": '{"redrivePermission": "denyAll"}'}
STREAM = peer(
    MAPPING,
    {"functionName": "orders-dev", "eventSourceArn": ARN.format("dynamodb", "table/orders-dev/stream/1")},
    "stream",
)
CONSUMED = {
    "name": "orders-dev",
    "redrivePolicy": json.dumps({"deadLetterTargetArn": ARN.format("sqs", "orders-dlq-dev")}),
}
SOURCE = peer(QUEUE, CONSUMED, "source")
# An alarm on something else, which says that the stack is one with alarms.
ANOTHER = peer(ALARM, {"metricName": "Latency", "namespace": "Orders"}, "another")


def alarm(metric: str, **dimensions: str) -> Any:
    return peer(ALARM, {"metricName": metric, "dimensions": dimensions}, f"alarm-on-{metric}")


def computing(metric: str, **dimensions: str) -> Any:
    """An alarm on what is computed of a metric."""
    queries = [{"id": "rate", "expression": "m / 60"}, {"metric": {"metricName": metric, "dimensions": dimensions}}]
    return peer(ALARM, {"metricQueries": queries}, f"alarm-on-{metric}")


def counting(pattern: str, group: str = "/aws/lambda/orders-dev") -> Any:
    return peer(FILTER, {"logGroupName": group, "pattern": pattern}, f"filter-for-{pattern}")


def counted(metric: str, namespace: str = "Orders") -> dict[str, Any]:
    return {"metricTransformation": {"name": metric, "namespace": namespace}}


def showing(function: str) -> Any:
    return peer(DASHBOARD, {"dashboardBody": f'{{"metrics": ["AWS/Lambda", "Errors", "{function}"]}}'}, "dashboard")


ERRORS, THROTTLES, LAG = (alarm(metric, FunctionName="orders-dev") for metric in ("Errors", "Throttles", "IteratorAge"))

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
            Bad(ALARM, depth("orders-failures-dev", threshold=1), "threshold 1"),
            Bad(ALARM, depth("orders-parked-dev", threshold=1), "threshold 1", settings={"queues": ["*-parked-*"]}),
            Bad(ALARM, depth(comparisonOperator="LessThanThreshold"), "threshold 0"),
        ),
    ),
    "cloudwatch-dead-letters-watched": Cases(
        good=(
            Good(QUEUE, DEAD, peers=(alarm(DEPTH, QueueName="orders-dlq-dev"),)),
            Good(QUEUE, {"name": "orders-dlq-dev"}, peers=(SOURCE, computing(DEPTH, QueueName="orders-dlq-dev"))),
            Good(QUEUE, DEAD),
            Good(QUEUE, ORDERS, peers=(ANOTHER,)),
        ),
        bad=(
            Bad(QUEUE, DEAD, f"no alarm on {DEPTH}", peers=(ANOTHER,)),
            Bad(QUEUE, {"name": "orders-dlq-dev"}, f"no alarm on {DEPTH}", peers=(SOURCE, ANOTHER)),
            Bad(QUEUE, DEAD, f"no alarm on {DEPTH}", peers=(alarm(DEPTH, QueueName="orders-dev"),)),
            Bad(QUEUE, DEAD, f"no alarm on {DEPTH}", peers=(alarm("NumberOfMessagesSent", QueueName=DEAD["name"]),)),
        ),
    ),
    "cloudwatch-backlogs-watched": Cases(
        good=(
            Good(QUEUE, CONSUMED, peers=(alarm(AGE, QueueName="orders-dev"),)),
            Good(QUEUE, CONSUMED),
            Good(QUEUE, DEAD, peers=(ANOTHER,)),
        ),
        bad=(
            Bad(QUEUE, CONSUMED, f"no alarm on {AGE}", peers=(ANOTHER,)),
            Bad(QUEUE, CONSUMED, f"no alarm on {AGE}", peers=(alarm(AGE, QueueName="orders-dlq-dev"),)),
            Bad(QUEUE, CONSUMED, f"no alarm on {AGE}", peers=(alarm(DEPTH, QueueName="orders-dev"),)),
        ),
    ),
    "cloudwatch-functions-watched": Cases(
        good=(
            Good(FUNCTION, ORDERS, peers=(ERRORS, THROTTLES)),
            Good(FUNCTION, ORDERS, peers=(ERRORS, THROTTLES, LAG, STREAM)),
            Good(FUNCTION, ORDERS),
        ),
        bad=(
            Bad(FUNCTION, ORDERS, "no alarm on Errors", peers=(THROTTLES,)),
            Bad(FUNCTION, ORDERS, "no alarm on Throttles", peers=(ERRORS,)),
            Bad(FUNCTION, ORDERS, "no alarm on IteratorAge", peers=(ERRORS, THROTTLES, STREAM)),
            Bad(FUNCTION, {"name": "bills-dev"}, "no alarm on Errors", peers=(ERRORS, THROTTLES)),
        ),
    ),
    "cloudwatch-apis-watched": Cases(
        good=(
            Good(API, ORDERS, peers=(alarm("5XXError", ApiName="orders-dev", Stage="v1"),)),
            Good(API, ORDERS),
        ),
        bad=(
            Bad(API, ORDERS, "no alarm on 5XXError", peers=(alarm("4XXError", ApiName="orders-dev"),)),
            Bad(API, ORDERS, "no alarm on 5XXError", peers=(alarm("5XXError", ApiName="bills-dev"),)),
        ),
    ),
    "cloudwatch-logged-errors-counted": Cases(
        good=(
            Good(FUNCTION, ORDERS, peers=(counting("ERROR"), counting("Exception"), ANOTHER)),
            Good(FUNCTION, ORDERS, peers=(counting("?ERROR ?Exception"), ANOTHER)),
            Good(FUNCTION, ORDERS, peers=(counting("FATAL"), ANOTHER), settings={"words": ["FATAL"]}),
            Good(FUNCTION, ORDERS),
        ),
        bad=(
            Bad(FUNCTION, ORDERS, "no filter for ERROR", peers=(counting("Exception"), ANOTHER)),
            Bad(FUNCTION, ORDERS, "no filter for Exception", peers=(counting("ERROR"), ANOTHER)),
            Bad(FUNCTION, ORDERS, "no filter for ERROR", peers=(counting("ERROR", "/aws/lambda/bills-dev"), ANOTHER)),
        ),
    ),
    "cloudwatch-counted-errors-watched": Cases(
        good=(
            Good(FILTER, counted("Latency"), peers=(ANOTHER,)),
            Good(FILTER, counted("errors")),
        ),
        bad=(
            Bad(FILTER, counted("errors"), "no alarm on errors", peers=(ANOTHER,)),
            Bad(FILTER, counted("Latency", "Bills"), "no alarm on Latency", peers=(ANOTHER,)),
        ),
    ),
    "cloudwatch-functions-shown": Cases(
        good=(
            Good(FUNCTION, ORDERS, peers=(showing("orders-dev"), ANOTHER)),
            Good(FUNCTION, ORDERS),
        ),
        bad=(
            Bad(FUNCTION, ORDERS, "on no dashboard", peers=(ANOTHER,)),
            Bad(FUNCTION, ORDERS, "on no dashboard", peers=(showing("late-orders-dev"), ANOTHER)),
        ),
    ),
}
